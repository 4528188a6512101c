/** Check: whoever watched across the disaster was told everything, or that it was not. */
import { broken, failed, inconclusive, inconclusiveAt, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { gapOfMember, tookNoWrite, type OpenPoint } from "../gaps.ts";
import { notListening } from "../listening.ts";
import { describeMissing, owedWrites, type OwedWrite } from "../owed-writes.ts";
import { watchFaults, type WatchFaults } from "../watch-faults.ts";
import { foreignEvents, madeWrites } from "../watch-foreign.ts";
import { watchRecords, type WatchRecord } from "../watch-records.ts";

/**
 * A broken connection, a cancelled watch and "these revisions are gone" are all words that a client understands. What no
 * client can see is a watch that is open and leaves something out.
 */
export const watchesToldCheck: Check<"watches-told"> = {
  id: "watches-told",
  title: "Watches told",
  proves:
    "A watcher on each member, open since before the fault, was told every acknowledged change in order and once, or was told that its watch had ended.",
  source: {
    address: "https://etcd.io/docs/v3.6/learning/api_guarantees/#watch-apis",
    fact: "Watches are ordered, unique, reliable and resumable: no event is left out or comes twice, and a broken watch goes on after the last event seen. A restore to older revisions breaks that unseen (etcd-io/etcd#14303, #16028).",
  },
  judge: (evidence, { deliverWithinMs, mayGoBack }) => {
    const absent = evidence.all("absent").find((one) => one.what === "watches");
    const records = watchRecords(evidence);
    if (records.length === 0 && absent !== undefined) {
      return { outcome: "skipped", summary: `There are no watches: ${absent.reason}.`, details: [] };
    }
    const contradictions = records.flatMap((one) =>
      one.contradiction === null ? [] : [`${one.watcher}: ${one.contradiction}`],
    );
    if (contradictions.length > 0) return broken("The record of a watcher contradicts itself.", contradictions);
    if (evidence.account.violations.length > 0) return inconclusive("What the watchers were owed is not known.");
    const owed = owedWrites(evidence);
    const startsAgainAtMs = mayGoBack ? (evidence.timeline.runbookStartedAtMs ?? Infinity) : Infinity;
    const judged = records.map((record) => ({
      record,
      ...watchFaults(record, owed, { deliverWithinMs, startsAgainAtMs }),
    }));
    const made = madeWrites(evidence);
    const foreign = made === null ? [] : records.flatMap((record) => foreignEvents(record, made, mayGoBack));
    const behind = judged.flatMap(({ record, overtaken }) =>
      overtaken.length === 0 ? [] : [leftBehind(record, overtaken)],
    );
    const faults = [...foreign, ...judged.flatMap((one) => one.faults), ...(mayGoBack ? [] : behind)];
    const silences = judged.flatMap((one) => one.silences);
    const deaf = silences.length === 0 ? null : notListening(evidence, deliverWithinMs);
    const proven = deaf === null ? [...faults, ...silences] : faults;
    if (proven.length > 0)
      return failed(`Watchers were told wrongly, or not at all: ${proven.length} time(s).`, proven);
    if (deaf !== null) return inconclusive(`Watchers were told nothing any more, but ${deaf}.`, silences);
    const open = openQuestions(evidence, judged);
    if (open.length > 0) return inconclusiveAt("It is not known whether every watcher was told everything.", open);
    return passed(
      [described(records, behind.length), ...records.map(toldOf), ...behind.map((one) => `${one}.`)].join(" "),
    );
  },
};

type JudgedWatcher = WatchFaults & { readonly record: WatchRecord };

function openQuestions(evidence: Evidence, judged: readonly JudgedWatcher[]): readonly OpenPoint[] {
  const { ledger, nodes, startingNodes, timeline } = evidence;
  // Without a fault, as in a control, there is no "before".
  const openBeforeMs = timeline.injectedAtMs ?? Infinity;
  const overAtMs = timeline.runbookEndedAtMs ?? timeline.injectedAtMs ?? -Infinity;
  const questions: OpenPoint[] = [];
  const ask = (what: string, isUnwell = false): number =>
    questions.push({ what, gap: gapOfMember(ledger, "after-convergence", isUnwell) });
  const servedNothing = (node: string, untilMs: number): boolean =>
    tookNoWrite(ledger, node, { fromMs: untilMs, untilMs });
  if (startingNodes.length === 0) ask("no member is on record");
  for (const node of startingNodes) {
    if (!judged.some((one) => one.record.node === node)) ask(`${node} was not watched`);
  }
  const [wrote] = evidence.all("workload-stopped");
  for (const { record, owedInTheEnd } of judged) {
    const { watcher, sessions, stopped } = record;
    const [first] = sessions;
    const last = sessions.at(-1);
    if (first === undefined || first.open.atMs > openBeforeMs) ask(`${watcher} was not open before the fault`);
    else if (stopped === null) ask(`${watcher} was not stopped in order, so that its record may go on`);
    // Who watched at a machine that has no member any more was told so by its connection, and by nobody answering there.
    else if (!nodes.includes(record.node)) continue;
    else if (last !== undefined && last.end?.how !== "ended" && (last.end?.atMs ?? Infinity) < overAtMs)
      ask(
        `${watcher} was turned away whenever it asked after the page, and was not open in the end`,
        servedNothing(record.node, stopped.atMs),
      );
    else if (last?.end?.how === "ended" && owedInTheEnd === 0)
      ask(
        `${watcher} was open in the end, but nothing was acknowledged that it had to be told`,
        wrote !== undefined && nodes.every((node) => servedNothing(node, wrote.atMs)),
      );
  }
  return questions;
}

function leftBehind({ watcher }: WatchRecord, overtaken: readonly OwedWrite[]): string {
  return `${watcher} waited for revisions to come while the store's went back: ${describeMissing(overtaken)}`;
}

/** `behind`: how many watchers the store's revisions left behind, as the drill declares. */
function described(records: readonly WatchRecord[], behind: number): string {
  const events = records.flatMap((one) => one.sessions).reduce((sum, session) => sum + session.events.length, 0);
  return `${records.length} watchers were told ${events} changes in order, each once and ${behind === 0 ? "none left out" : `none left out but for ${behind} watcher(s) that revisions which start again leave behind, as the drill declares: clients that watch must begin anew`}.`;
}

/** What became of one watcher, in one sentence. */
function toldOf({ watcher, sessions, attempts }: WatchRecord): string {
  const ends = sessions.map((one) => one.end);
  const lost = ends.filter((end) => end?.how === "lost").length;
  const compacted = ends.filter((end) => end?.how === "cancelled" && end.compactRevision !== null).length;
  const cancelled = ends.filter((end) => end?.how === "cancelled").length - compacted;
  const refused = attempts - sessions.length;
  const parts = [
    ...(lost > 0 ? [`lost its connection ${lost} time(s)`] : []),
    ...(cancelled > 0 ? [`was cancelled ${cancelled} time(s)`] : []),
    ...(compacted > 0 ? [`was told ${compacted} time(s) that its revisions are gone`] : []),
    ...(refused > 0 ? [`was turned away ${refused} time(s)`] : []),
  ];
  const wasOpen = ends.at(-1)?.how === "ended";
  if (parts.length === 0) return `${watcher} stayed open.`;
  return `${watcher} ${parts.join(", ")} and ${wasOpen ? "went on" : "was not open in the end"}.`;
}
