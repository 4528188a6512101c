/** Whether a cluster to which nothing was done is still the same: its id, its members' ids and the list of them. */
import type { ClusterProbeEntry, MemberView } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";

/** What a member tells of who it is; each null when it does not tell. */
interface Identity {
  readonly "cluster id": string | null;
  readonly "member id": string | null;
  readonly "member list": string | null;
}

/**
 * What members told since the injection that differs from what they told in the last look before it, one line for each kind of
 * difference on each node. A member that tells nothing accuses nobody.
 */
export function otherMembers({ all, timeline: { injectedAtMs } }: Evidence): readonly string[] {
  const looks = all("cluster-probe");
  const isBefore = (look: ClusterProbeEntry): boolean => injectedAtMs !== null && look.atMs < injectedAtMs;
  const before = new Map((looks.findLast(isBefore)?.views ?? []).map((view) => [view.node, identityOf(view)]));
  const found = new Set<string>();
  for (const { views } of looks.filter((look) => !isBefore(look))) {
    for (const view of views) for (const one of differences(view, before.get(view.node))) found.add(one);
  }
  return [...found];
}

function differences(view: MemberView, before: Identity | undefined): readonly string[] {
  if (before === undefined) return [];
  const now = identityOf(view);
  return (["cluster id", "member id", "member list"] as const).flatMap((what) =>
    now[what] === null || before[what] === null || now[what] === before[what]
      ? []
      : [`${view.node}: its ${what} was ${before[what]} and became ${now[what]}`],
  );
}

function identityOf({ clusterId, memberId, members }: MemberView): Identity {
  const listed = members?.map(
    (one) => `${one.memberId} at ${one.peerUrls.join(" ")}${one.isLearner ? " (learner)" : ""}`,
  );
  return {
    "cluster id": clusterId,
    "member id": memberId,
    "member list": listed === undefined ? null : listed.toSorted().join(", "),
  };
}
