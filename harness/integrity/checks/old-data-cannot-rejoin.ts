/** Check: the data of lost members, when it comes back, becomes neither a working member again nor a cluster of its own. */
import type { ClusterProbeEntry, OldDataEntry, OldDataLookEntry } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check, type Judged } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { gapOfRestart } from "../gaps.ts";
import { oldDataHarm } from "./old-data-harm.ts";
import { quietStretches } from "./quiet-looks.ts";

/**
 * Judged by what clients of the old members get and by what everybody says, compared with the last quiet look before. That one had no
 * part proves something only if it was refused: its log says so, or it ran to the end and refused a write itself; or if there was
 * nothing to start on its machine. One that ended for any other reason, or whose write nobody knows of, does not.
 */
export const oldDataCannotRejoinCheck: Check<"old-data-cannot-rejoin"> = {
  id: "old-data-cannot-rejoin",
  title: "Old data cannot rejoin",
  proves:
    "Lost members that came back with their old data and start command, after everything else, were not taken in by the others, took no write and answered no read; or there was nothing left to start.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/runtime-configuration/",
    fact: "A member that starts with the data of a removed member ends itself once it meets an active member; one that was never removed would be a member again, with data of before the recovery.",
  },
  judge: (evidence) => {
    const entries = evidence.all("old-data");
    const [first] = entries;
    if (first === undefined)
      return inconclusive("Nobody tried the old data of a lost member.", [], [gapOfRestart(evidence.ledger)]);
    if (first.event === "none")
      return { outcome: "skipped", summary: `No old data was tried: ${first.detail}.`, details: [] };
    const before = quietStretches(evidence).at(-1)?.looks.at(-1);
    const looks = evidence.all("old-data-look");
    const old = nodesOf(entries.filter(({ event }) => event !== "in-use"));
    const harm = [...new Set(looks.flatMap((look) => oldDataHarm(look, { old, before, lacks: evidence.lacks })))];
    if (harm.length > 0)
      return failed("Old data has come back as a working member, or has disturbed the others.", harm);
    const notTried = entries.filter(({ event }) => event === "failed").map(({ node, detail }) => `${node}: ${detail}`);
    if (notTried.length > 0) return inconclusive(`Old data could not be tried: ${notTried.join("; ")}.`);
    const open = nodesOf(entries).filter((node) => entries.findLast((one) => one.node === node)?.event === "starting");
    if (open.length > 0 || before === undefined)
      return inconclusive("The trial of the old data did not come to its end.", open);
    return tried(evidence, { entries, looks, old, before });
  },
};

function nodesOf(entries: readonly OldDataEntry[]): readonly string[] {
  return [...new Set(entries.flatMap(({ node }) => node ?? []))];
}

interface Trial {
  readonly entries: readonly OldDataEntry[];
  readonly looks: readonly OldDataLookEntry[];
  readonly old: readonly string[];
  readonly before: ClusterProbeEntry;
}

function tried(evidence: Evidence, trial: Trial): Judged {
  const { entries, looks, old } = trial;
  const others = evidence.nodes.filter((one) => !old.includes(one));
  const lastLook = looks.at(-1);
  const unheard = others.filter(
    (one) => lastLook?.views.some((view) => view.node === one && view.members !== null) !== true,
  );
  if (old.length > 0 && (unheard.length > 0 || others.length === 0))
    return inconclusive("Not every other member was heard in the last look.", unheard);
  const started = entries.filter(({ event }) => event === "starting");
  if (started.some((one) => !isOnRecord(evidence, one)))
    return inconclusive("It is not on record that a process was started with the old data.");
  const fates = entries.filter(({ event }) => event !== "starting").map((entry) => fateOf(evidence, entry, trial));
  const doubts = fates.flatMap(({ doubt }) => doubt ?? []);
  return doubts.length > 0
    ? inconclusive(doubts.join(" "))
    : passed(`${fates.map(({ words }) => words).join(" ")} The others went on as before.`);
}

function isOnRecord({ all }: Evidence, { atMs, node, process }: OldDataEntry): boolean {
  return all("process").some(
    (one) => one.event === "started" && one.atMs >= atMs && one.node === node && one.process === process,
  );
}

/** What became of one node's old data; with a doubt when that proves nothing. */
interface Fate {
  readonly words: string;
  readonly doubt: string | null;
}

function fateOf({ nodes }: Evidence, entry: OldDataEntry, { entries, looks }: Trial): Fate {
  const { event, node, refusals, stillRuns } = entry;
  if (event === "nothing-to-start")
    return { words: `On ${node} there was nothing to start: it is fenced.`, doubt: null };
  if (event === "in-use") {
    const words = `${node} was in use again, as one of the recovered members.`;
    const isMember = node !== null && nodes.includes(node);
    return { words, doubt: isMember ? null : `On ${node} a process ran already that is no listed member's.` };
  }
  const running = entries.filter((one) => one.stillRuns === true).length;
  if (refusals.length > 0 && (stillRuns === false || running === 1))
    return { words: `The old data of ${node} was refused: it says so itself.`, doubt: null };
  if (refusals.length > 0)
    return {
      words: "",
      doubt: `The old data of ${node} was refused by one member, and runs on beside others like it, with which it may be a majority.`,
    };
  const look = looks.at(-1);
  const answered = look?.views.some((view) => view.node === node && view.answered) === true;
  const write = look?.through.find((one) => one.node === node)?.write;
  // Where nothing listens a write is refused as well: that is no word of the member.
  return answered && stillRuns === true && write === "refused"
    ? { words: `The old data of ${node} had no part: it ran and refused a write.`, doubt: null }
    : {
        words: "",
        doubt: `The old data of ${node} had no part that was seen, and tells of no refusal, so it is not known whether they would have refused it.`,
      };
}
