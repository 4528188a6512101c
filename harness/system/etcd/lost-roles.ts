/**
 * Roles of a page that goes on with the member that is left and with spare machines, and may have something to do on the machines that
 * are lost. Which machines are spare is known from before the disaster: afterwards they are as silent as the lost ones.
 */
import type { MemberView } from "../../ledger/index.ts";
import type { RoleBinder, RoleBinding } from "../cluster.ts";
import { backedUpAndNew, leaderAndReplacements, survivorAndReplacements } from "./roles.ts";

/** While all is well: `new-1`, `new-2`... are the machines at whose addresses nobody listens, as for `backedUpAndNew`. */
export const spareMachines: RoleBinder = (views) => backedUpAndNew(views).filter(({ role }) => role !== "backed-up");

/** `survivor`: the only member that still answers; `lost-1`, `lost-2`...: the other machines that are not spare. */
export const survivorAndLost: RoleBinder = (views, prepared) =>
  survivorAndReplacements(notBound(views, prepared)).map(asLost);

/** The same as somebody binds them who takes a healthy cluster for one without quorum: `survivor` is the leader. */
export const leaderAndLost: RoleBinder = (views, prepared) =>
  leaderAndReplacements(notBound(views, prepared)).map(asLost);

function notBound(views: readonly MemberView[], prepared: readonly RoleBinding[] = []): readonly MemberView[] {
  return views.filter(({ node }) => !prepared.some((binding) => binding.node === node));
}

function asLost({ role, ...rest }: RoleBinding): RoleBinding {
  return { role: role.replace("replacement", "lost"), ...rest };
}
