/**
 * Roles of a page that recovers a cluster from its only member left. Bound from what the members say, never from what
 * was injected (law 8).
 */
import type { MemberView } from "../../ledger/index.ts";
import type { RoleBinder, RoleBinding } from "../cluster.ts";

/**
 * `survivor`: the only node whose member still answers for itself; if none does, or more than one, it stays unbound.
 * `replacement-1`, `replacement-2`...: the other nodes, in the order of their names.
 */
export const survivorAndReplacements: RoleBinder = (views) => {
  const answering = views.filter(answersForItself);
  const [survivor] = answering;
  if (survivor === undefined || answering.length > 1) {
    const because =
      survivor === undefined
        ? `no member answers: ${views.map(describe).join(", ")}`
        : `more than one member answers: ${answering.map((view) => view.node).join(", ")}`;
    return [
      { role: "survivor", node: null, because },
      ...views.slice(1).map((_, index) => ({ role: `replacement-${index + 1}`, node: null, because })),
    ];
  }
  const others = views.filter((view) => view !== survivor).sort((a, b) => (a.node < b.node ? -1 : 1));
  return [
    {
      role: "survivor",
      node: survivor.node,
      because: `only ${survivor.node} answers; ${others.map(describe).join(", ")}`,
    },
    ...others.map((view, index) => ({ role: `replacement-${index + 1}`, node: view.node, because: describe(view) })),
  ];
};

/**
 * The roles as somebody binds them who takes a healthy cluster for one without quorum: `survivor` is the leader, the
 * other nodes are to be replaced. For the control `recovery-only`.
 */
export const leaderAndReplacements: RoleBinder = (views) => {
  const leader = views.find((view) => view.answered && view.memberId !== null && view.memberId === view.leaderId);
  const because = leader === undefined ? "no member leads" : `${leader.node} leads`;
  const others = views.filter((view) => view !== leader).sort((a, b) => (a.node < b.node ? -1 : 1));
  const replaced = leader === undefined ? others.slice(1) : others;
  return [
    { role: "survivor", node: leader?.node ?? null, because },
    ...replaced.map((view, index) => ({
      role: `replacement-${index + 1}`,
      node: leader === undefined ? null : view.node,
      because,
    })),
  ];
};

/** For a drill without a page: there is no role to bind. */
export const noRoles: RoleBinder = () => [];

/**
 * While all is well: `backed-up` is the first member by name, and `new-1`, `new-2`... are the machines at whose addresses nobody
 * listens, where new members may be made. One that is silent otherwise may have a member that is slow: then it is not known
 * which machines are free.
 */
export const backedUpAndNew: RoleBinder = (views) => {
  const sorted = views.toSorted((a, b) => (a.node < b.node ? -1 : 1));
  const first = sorted.find(answersForItself);
  const because = first === undefined ? "no member answers" : `${first.node} answers`;
  return [{ role: "backed-up", node: first?.node ?? null, because }, ...newMachines(sorted)];
};

/**
 * While all is well: `member-1`, `member-2`... are the members in the order of their names, and `new-1`, `new-2`... the machines
 * without one, as in `backedUpAndNew`.
 */
export const membersAndNew: RoleBinder = (views) => {
  const sorted = views.toSorted((a, b) => (a.node < b.node ? -1 : 1));
  return [
    ...sorted.filter(answersForItself).map((view, index) => ({
      role: `member-${index + 1}`,
      node: view.node,
      because: describe(view),
    })),
    ...newMachines(sorted),
  ];
};

/** `new-1`, `new-2`...: those at whose addresses nobody listens; unbound when one is silent otherwise. */
function newMachines(sorted: readonly MemberView[]): readonly RoleBinding[] {
  const others = sorted.filter((view) => !answersForItself(view));
  const slow = others.find((view) => view.reason !== NOBODY_LISTENS);
  return others.map((view, index) => ({
    role: `new-${index + 1}`,
    node: slow === undefined ? view.node : null,
    because: describe(slow ?? view),
  }));
}

/**
 * `leader`: the member that says of itself that it leads; `follower-1`, `follower-2`...: the others, in the order of their
 * names. For pages that go from member to member. The leader stays unbound while none is known.
 */
export const leaderAndFollowers: RoleBinder = (views) =>
  leaderAndReplacements(views).map(({ role, ...rest }) => ({
    role: role === "survivor" ? "leader" : role.replace("replacement", "follower"),
    ...rest,
  }));

/** Of the outcome table (outcome.ts): the address is there and no process has taken the port. */
const NOBODY_LISTENS = "connection-refused";

/** It says which member it is, not only that something listens. */
function answersForItself(view: MemberView): boolean {
  return view.answered && view.memberId !== null;
}

function describe(view: MemberView): string {
  if (answersForItself(view)) return `${view.node} answers`;
  return `${view.node} does not answer (${view.reason ?? "it does not say which member it is"})`;
}
