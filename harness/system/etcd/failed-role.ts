/**
 * Roles of a page that replaces one member of a cluster that still has its quorum. Bound from what the members say, never
 * from what was injected (law 8).
 */
import type { MemberView } from "../../ledger/index.ts";
import type { RoleBinder } from "../cluster.ts";

/**
 * `failed`: the only member that does not answer; or, if all answer, the only one whose data has another hash than that of
 * all others, which agree. `healthy`: the first of the others. Whom that fits not, or more than one, stays unbound.
 */
export const failedAndHealthy: RoleBinder = (views) => {
  const silent = views.filter((view) => !answersForItself(view));
  const [failed, because] =
    silent.length === 0
      ? differing(views)
      : silent.length === 1
        ? [
            silent[0],
            `only ${silent[0]?.node} does not answer (${silent[0]?.reason ?? "it does not say which member it is"})`,
          ]
        : [undefined, `more than one does not answer: ${silent.map(({ node }) => node).join(", ")}`];
  return bindings(failed, views, because ?? "");
};

/**
 * The roles as somebody binds them who takes a healthy member for a failed one: the leader is `failed`. For the control
 * `recovery-only`.
 */
export const leaderTakenForFailed: RoleBinder = (views) => {
  const leader = views.find((view) => answersForItself(view) && view.memberId === view.leaderId);
  return bindings(leader, views, leader === undefined ? "no member leads" : `${leader.node} leads`);
};

function bindings(
  failed: MemberView | undefined,
  views: readonly MemberView[],
  because: string,
): ReturnType<RoleBinder> {
  const [healthy] = views
    .filter((view) => view !== failed && answersForItself(view))
    .toSorted((a, b) => (a.node < b.node ? -1 : 1));
  return [
    { role: "failed", node: failed?.node ?? null, because },
    {
      role: "healthy",
      node: failed === undefined ? null : (healthy?.node ?? null),
      because: failed === undefined ? because : healthy === undefined ? "no other answers" : `${healthy.node} answers`,
    },
  ];
}

/** The one whose hash differs from that of all others, and in words. Of two members nobody can say which is wrong. */
function differing(views: readonly MemberView[]): readonly [MemberView | undefined, string] {
  const hashes = views.map((view) => hashOf(view));
  if (hashes.includes(null)) return [undefined, "all members answer, and not each tells a hash of its data"];
  const odd = views.filter((_, index) => hashes.filter((hash) => hash === hashes[index]).length === 1);
  const [one] = odd;
  return one !== undefined && odd.length === 1 && new Set(hashes).size === 2
    ? [
        one,
        `all answer, and ${one.node} alone holds other data (the hash at revision ${one.stateHash?.revision ?? "?"})`,
      ]
    : [undefined, "all members answer, and their hashes single out none"];
}

function hashOf({ stateHash }: MemberView): string | null {
  return stateHash === null ? null : `${stateHash.revision}/${stateHash.compactRevision}/${stateHash.hash}`;
}

function answersForItself(view: MemberView): boolean {
  return view.answered && view.memberId !== null;
}
