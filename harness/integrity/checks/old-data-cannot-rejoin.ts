/** Check: the data of a lost member, when it comes back, does not become a working member again. */
import type { ClusterProbeEntry, MemberView, OldDataEntry, OldDataLookEntry } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check, type Judged } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { quietStretches } from "./quiet-looks.ts";

/**
 * Judged by what the others say, compared with the last quiet look before. That it had no part proves something only if
 * it was refused: its log says so, or it ran to the end and refused a write itself. One that ended for any other reason, or
 * whose write nobody knows of, does not.
 */
export const oldDataCannotRejoinCheck: Check<"old-data-cannot-rejoin"> = {
  id: "old-data-cannot-rejoin",
  title: "Old data cannot rejoin",
  proves:
    "A lost member that was started with its old data and start command, after everything else, was not taken in by the others and took no write.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/runtime-configuration/",
    fact: "A member that starts with the data of a removed member ends itself once it meets an active member; one that was never removed would be a member again, with data of before the recovery.",
  },
  judge: (evidence) => {
    const entries = evidence.all("old-data");
    const [first] = entries;
    const last = entries.at(-1);
    if (first === undefined || last === undefined) return inconclusive("Nobody tried the old data of a lost member.");
    if (first.event === "none")
      return { outcome: "skipped", summary: `No old data was tried: ${first.detail}.`, details: [] };
    const before = quietStretches(evidence).at(-1)?.looks.at(-1);
    const looks = evidence.all("old-data-look");
    const node = first.node ?? "";
    const harm = [...new Set(looks.flatMap((look) => harmIn(look, node, before)))];
    if (harm.length > 0)
      return failed("Old data has come back as a working member, or has disturbed the others.", harm);
    if (last.event === "failed") return inconclusive(`The old data could not be tried: ${last.detail}.`);
    if (last.event !== "ended" || before === undefined)
      return inconclusive("The trial of the old data did not come to its end.");
    return tried(evidence, looks, node, last);
  },
};

function tried(
  evidence: Evidence,
  looks: readonly OldDataLookEntry[],
  node: string,
  { refusals, stillRuns }: OldDataEntry,
): Judged {
  const others = evidence.nodes.filter((one) => one !== node);
  const lastLook = looks.at(-1);
  const unheard = others.filter(
    (one) => lastLook?.views.some((view) => view.node === one && view.members !== null) !== true,
  );
  if (unheard.length > 0 || others.length === 0)
    return inconclusive("Not every other member was heard in the last look.", unheard);
  const started = evidence.all("old-data")[0];
  const ran = evidence
    .all("process")
    .some((entry) => entry.event === "started" && entry.node === node && entry.process === started?.process);
  if (!ran) return inconclusive("It is not on record that a process was started with the old data.");
  if (refusals.length > 0)
    return passed(`The old data of ${node} was refused: it says so itself, and the others went on as before.`);
  // Where nothing listens a write is refused as well: that is no word of the member.
  const answered = lastLook?.views.some((view) => view.node === node && view.answered) === true;
  return answered && stillRuns === true && lastLook?.write === "refused"
    ? passed(`The old data of ${node} had no part: it ran and refused a write, and the others went on as before.`)
    : inconclusive(
        "The old data had no part that was seen, and tells of no refusal, so it is not known whether they would have refused it.",
      );
}

/** What one look shows to be wrong. */
function harmIn(look: OldDataLookEntry, node: string, before: ClusterProbeEntry | undefined): readonly string[] {
  const harm: string[] = [];
  if (look.write === "acknowledged") harm.push(`a write through ${node} was acknowledged`);
  for (const view of look.views) {
    if (view.node === node) {
      harm.push(...rejoined(view, look, before));
      continue;
    }
    const was = before?.views.find((one) => one.node === view.node);
    if (was === undefined) continue;
    if (view.clusterId !== null && was.clusterId !== null && view.clusterId !== was.clusterId)
      harm.push(`${view.node} was in cluster ${was.clusterId} and is in ${view.clusterId}`);
    if (view.members !== null && was.members !== null && idsOf(view) !== idsOf(was))
      harm.push(`${view.node} listed ${idsOf(was)} and lists ${idsOf(view)}`);
    if (view.revision !== null && was.revision !== null && BigInt(view.revision) < BigInt(was.revision))
      harm.push(`the revision of ${view.node} went back from ${was.revision} to ${view.revision}`);
  }
  return harm;
}

/** That the old data has a part, by its own word: the others list it, its cluster is theirs, and it has heard of a leader. */
function rejoined(own: MemberView, look: OldDataLookEntry, before: ClusterProbeEntry | undefined): readonly string[] {
  const { clusterId, leaderId, memberId, node } = own;
  if (clusterId === null || leaderId === null || memberId === null) return [];
  const others = [...look.views, ...(before?.views ?? [])].filter((view) => view.node !== node);
  const isListed = others.some((view) => view.members?.some((member) => member.memberId === memberId) === true);
  const isOurs = others.some((view) => view.clusterId === clusterId);
  return isListed && isOurs
    ? [`${node} is the listed member ${memberId} of the cluster ${clusterId}, with a leader, ${leaderId}`]
    : [];
}

function idsOf(view: MemberView): string {
  return (view.members ?? [])
    .map((member) => member.memberId)
    .sort()
    .join(", ");
}
