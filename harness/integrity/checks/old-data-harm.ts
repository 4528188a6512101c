/** What the looks show to be wrong while old data is tried, compared with the last quiet look before. Pure. */
import type { ClusterProbeEntry, MemberView, OldDataLookEntry, StoreLacks } from "../../ledger/index.ts";

/** What the look is compared with. */
export interface OldDataGround {
  /** The nodes that old data is on. */
  readonly old: readonly string[];
  /** The last quiet look before; undefined when there is none: then nothing is compared. */
  readonly before: ClusterProbeEntry | undefined;
  /** What no member of this store tells. */
  readonly lacks: StoreLacks;
}

/** What one look shows. */
export function oldDataHarm(look: OldDataLookEntry, { before, lacks, old }: OldDataGround): readonly string[] {
  const recovered = [...look.views, ...(before?.views ?? [])].filter(({ node }) => !old.includes(node));
  return [
    ...look.through.flatMap(({ node, read, write }) => [
      ...(write === "acknowledged" ? [`a write through ${node} was acknowledged`] : []),
      ...(read === "acknowledged" ? [`a read through ${node} was answered`] : []),
    ]),
    ...look.views.flatMap((view) =>
      old.includes(view.node)
        ? takesPart(view, recovered, lacks)
        : disturbed(
            view,
            before?.views.find((one) => one.node === view.node),
          ),
    ),
  ];
}

/**
 * That old data has a part, by its own word: in the recovered cluster, or in one of its own. Where clusters have no ids, being listed
 * and knowing of a leader is the word.
 */
function takesPart(
  { clusterId, leaderId, memberId, node }: MemberView,
  recovered: readonly MemberView[],
  lacks: StoreLacks,
): readonly string[] {
  const hasIds = lacks["cluster-id"] === undefined;
  if ((hasIds && clusterId === null) || leaderId === null || memberId === null) return [];
  const isListed = recovered.some((view) => view.members?.some((member) => member.memberId === memberId) === true);
  const isOurs = !hasIds || recovered.some((view) => view.clusterId === clusterId);
  const [ofOurs, ofIts] = hasIds
    ? [`the cluster ${clusterId}`, `, which says that it is ${clusterId}`]
    : ["the cluster", ""];
  const leader = `with a leader, ${leaderId}`;
  return isListed && isOurs
    ? [`${node} is the listed member ${memberId} of ${ofOurs}, ${leader}`]
    : [`${node} is the member ${memberId} of a cluster of its own${ofIts}, ${leader}`];
}

/** What is another than before of a member of the recovered cluster. */
function disturbed(view: MemberView, was: MemberView | undefined): readonly string[] {
  if (was === undefined) return [];
  const harm: string[] = [];
  if (view.clusterId !== null && was.clusterId !== null && view.clusterId !== was.clusterId)
    harm.push(`${view.node} was in cluster ${was.clusterId} and is in ${view.clusterId}`);
  if (view.members !== null && was.members !== null && idsOf(view) !== idsOf(was))
    harm.push(`${view.node} listed ${idsOf(was)} and lists ${idsOf(view)}`);
  if (view.revision !== null && was.revision !== null && BigInt(view.revision) < BigInt(was.revision))
    harm.push(`the revision of ${view.node} went back from ${was.revision} to ${view.revision}`);
  return harm;
}

function idsOf(view: MemberView): string {
  return (view.members ?? [])
    .map((member) => member.memberId)
    .sort()
    .join(", ");
}
