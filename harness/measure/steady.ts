/**
 * THE steady-state rule, as an incremental fold. The drill waits by it while it runs and the judge applies it to the
 * ledger afterwards, so that they cannot differ.
 *
 * Steady: the service probes of every member's node, by the members' own list, and the cluster probes are good (one that leaves something open is neither good nor bad). It holds since an interval: not before the last
 * bad sample was sent (low), certainly since each stream had its first good answer of the unbroken run (high). The hold
 * is complete when every stream stayed good until `high + holdForMs` and each probe sent until then has been heard.
 */
import type { JudgementPlan, LedgerEntry } from "../ledger/index.ts";
import { clusterFlaws, hashesAreComparable, notTold } from "./cluster-flaws.ts";
import { memberNodes, startingNodes, type NodePlace } from "./member-nodes.ts";
import { provesNothing } from "./proves-nothing.ts";
import { sampleStream, type Sample, type SampleStream } from "./sample-stream.ts";

/** What of the plan says when a cluster is steady. */
export type SteadyPlan = Pick<JudgementPlan, "store" | "steadyState" | "holdForMs" | "serviceProbe" | "clusterProbe">;

/** How things stand after the entries observed so far. */
export interface SteadyStatus {
  /** Whether all streams are good now. */
  readonly steady: boolean;
  /** Since when; null unless steady. */
  readonly since: { readonly lowMs: number; readonly highMs: number } | null;
  /** It was certainly not steady for good before this instant: the last bad sample's send time, or `notBeforeMs`. */
  readonly notSteadyBeforeMs: number;
  readonly holdComplete: boolean;
  /** What is wrong, or still missing for the hold; for the reader. Empty when the hold is complete. */
  readonly wrong: readonly string[];
  /** How often a bad sample ended steady state after it had begun. */
  readonly relapses: number;
  /** Whether any sample that counts was bad. */
  readonly sawBad: boolean;
  /** The flaws of the last bad sample of each stream, however long ago. */
  readonly lastFlaws: readonly string[];
}

/**
 * What was seen to be wrong when a wait ended: the proof that steady state was not there, as opposed to not having been
 * seen for long enough. Streams that had fallen silent by then prove nothing of that moment and are left out.
 */
export interface WrongAtEnd {
  /** The flaws of the streams whose last sample was bad. */
  readonly standing: readonly string[];
  /** The flaws of the streams with a bad sample so late that no whole hold fits behind it; those that stand too. */
  readonly late: readonly string[];
}

/** Takes entries in the order of the ledger; entries of other kinds are welcome. */
export interface SteadyTracker {
  observe(entry: LedgerEntry): void;
  status(): SteadyStatus;
  /** What was wrong when the wait ended, at `endMs`: only the caller knows when, since the fold has no clock. */
  wrongAtEnd(endMs: number): WrongAtEnd;
}

/**
 * A tracker for these nodes. Whose service probes count follows the members' list; until somebody tells one, those of the
 * start. Samples sent before `notBeforeMs` are no evidence. An acting step of the page, or a process that the page starts or
 * stops, moves that instant, and so does the end of a fault that ends by itself: steady state counts only after the page and
 * the fault have last acted.
 */
export function steadyTracker(
  plan: SteadyPlan,
  places: readonly NodePlace[],
  options: { readonly notBeforeMs: number },
): SteadyTracker {
  const services = new Map(
    places.map(({ node }) => [node, sampleStream(`writes through ${node}`, plan.serviceProbe)] as const),
  );
  const cluster = sampleStream("the look at the whole cluster", plan.clusterProbe);
  const allStreams: readonly SampleStream[] = [...services.values(), cluster];
  let members = startingNodes(places);
  let streams = streamsOf(members);
  let { notBeforeMs } = options;
  const { lacks } = plan.store;
  let relapses = 0;

  function streamsOf(nodes: readonly string[]): readonly SampleStream[] {
    return [...nodes.flatMap((node) => services.get(node) ?? []), cluster];
  }

  /** The latest instant that any stream has told of: the fold has no clock. */
  const nowMs = (): number => Math.max(...streams.map((stream) => stream.lastHeardMs() ?? notBeforeMs));
  const isSilent = (stream: SampleStream): boolean =>
    nowMs() - (stream.lastHeardMs() ?? notBeforeMs) > stream.silentAfterMs;

  const since = (): { readonly lowMs: number; readonly highMs: number } | null => {
    if (members.length === 0) return null;
    let lowMs = notBeforeMs;
    let highMs = notBeforeMs;
    for (const stream of streams) {
      const run = stream.run();
      if (run === null || isSilent(stream)) return null;
      lowMs = Math.max(lowMs, stream.lastBad()?.sentAtMs ?? notBeforeMs);
      highMs = Math.max(highMs, run.first.atMs);
    }
    return { lowMs, highMs };
  };

  const take = (stream: SampleStream | undefined, sample: Sample): void => {
    if (stream === undefined || sample.sentAtMs < notBeforeMs) return;
    if (sample.flaws.length > 0) {
      const steadySince = since();
      if (steadySince !== null && streams.includes(stream) && sample.sentAtMs >= steadySince.highMs) relapses++;
    }
    stream.add(sample);
  };

  const actedAt = (ms: number): void => {
    if (ms <= notBeforeMs) return;
    notBeforeMs = ms;
    relapses = 0;
    for (const stream of allStreams) stream.forgetBefore(ms);
  };

  return {
    observe: (entry) => {
      // Nearly all entries of a ledger are operations: they are passed over at once.
      if (entry.kind === "operation") return;
      if (provesNothing(entry)) {
        // Nobody looked: neither good nor bad, as if the tick had been left out.
      } else if (entry.kind === "service-probe") {
        const flaws =
          entry.ok === true ? [] : [`a write through ${entry.node} was not acknowledged: ${entry.reason ?? "?"}`];
        take(services.get(entry.node), { ...entry, flaws, notTold: [], provesAgreement: false });
      } else if (entry.kind === "cluster-probe") {
        const listed = memberNodes(entry.views, places);
        if (listed !== null && entry.sentAtMs >= notBeforeMs) {
          members = listed;
          streams = streamsOf(members);
        }
        const nodes = listed ?? members;
        const expected = { ...plan.steadyState, lacks, nodes };
        const flaws = clusterFlaws(entry, expected);
        const provesAgreement = hashesAreComparable(entry, nodes);
        take(cluster, { ...entry, flaws, notTold: notTold(entry, expected), provesAgreement });
      } else if (entry.kind === "step" && entry.acts && entry.status !== "skipped" && entry.status !== "not-chosen") {
        actedAt(entry.endMs ?? entry.atMs);
      } else if (entry.kind === "fault" && (entry.event === "lifting" || entry.event === "lifted")) {
        actedAt(entry.atMs);
      } else if (entry.kind === "process" && entry.actor === "runbook" && entry.event !== "exited") {
        actedAt(entry.atMs);
      }
    },
    status: () => {
      const interval = since();
      const untilMs = interval === null ? Infinity : interval.highMs + plan.holdForMs;
      const wrong = streams.flatMap((stream) =>
        isSilent(stream) ? [`${stream.name}: no probe has been heard of for too long`] : missing(stream, untilMs),
      );
      // Of a store without hashes the read-back shows whether members agree, and the steady-state rule does not.
      if (wrong.length === 0 && lacks["state-hash"] === undefined && !cluster.provesAgreement()) {
        wrong.push("the hashes of the members could not be compared yet");
      }
      return {
        steady: interval !== null,
        since: interval,
        notSteadyBeforeMs: Math.max(notBeforeMs, ...streams.map((one) => one.lastBad()?.sentAtMs ?? notBeforeMs)),
        holdComplete: interval !== null && wrong.length === 0,
        wrong: members.length === 0 ? ["no node is known"] : wrong,
        relapses,
        sawBad: streams.some((stream) => stream.lastBad() !== null),
        lastFlaws: streams.flatMap((stream) => stream.lastBad()?.flaws ?? []),
      };
    },
    wrongAtEnd: (endMs) => {
      const bad = streams.flatMap((stream) => {
        const last = stream.lastBad();
        const heardMs = stream.lastHeardMs() ?? notBeforeMs;
        if (last === null || endMs - heardMs > stream.silentAfterMs) return [];
        // What did not tell after the last bad sample may have been good.
        const stands = stream.run() === null && last.sentAtMs > (stream.lastOpen()?.sentAtMs ?? -Infinity);
        return [{ last, stands, late: stands || endMs - last.sentAtMs <= plan.holdForMs + stream.settledAfterMs }];
      });
      return {
        standing: bad.filter((one) => one.stands).flatMap((one) => one.last.flaws),
        late: bad.filter((one) => one.late).flatMap((one) => one.last.flaws),
      };
    },
  };
}

/** What this stream still lacks for a hold until `untilMs` (infinite: not all streams are good). */
function missing(stream: SampleStream, untilMs: number): string[] {
  const run = stream.run();
  const bad = stream.lastBad();
  if (run === null) {
    const open = stream.lastOpen();
    if (open !== null && open.sentAtMs > (bad?.sentAtMs ?? -Infinity)) return [...open.notTold];
    return bad === null ? [`${stream.name}: no probe has been answered`] : [...bad.flaws];
  }
  if (run.last.atMs >= untilMs + stream.settledAfterMs || untilMs === Infinity) return [];
  return [`${stream.name}: good, but not for long enough yet`];
}
