/**
 * Binds the roles of a page, and makes sure that they follow from what the members say (law 8): a binder that knows which
 * nodes the fault spares would find its roles by their names or places.
 */
import { DrillError } from "../core/index.ts";
import type { MemberView } from "../ledger/index.ts";
import type { RoleBinder, RoleBinding } from "../system/index.ts";

/**
 * The roles that the binder finds, beside those that the preparation has bound. It is asked twice more: with other names for the nodes, in the same alphabetical order,
 * and with the views in the opposite order. The same members must have the same roles each time.
 * @throws DrillError `harness` when they do not.
 */
export function bindRoles(
  bind: RoleBinder,
  views: readonly MemberView[],
  prepared: readonly RoleBinding[] = [],
): readonly RoleBinding[] {
  const bindings = bind(views, prepared);
  const pseudonyms = new Map(
    views
      .map(({ node }) => node)
      .sort()
      .map((node, index) => [node, pseudonym(index)]),
  );
  const underPseudonym = (one: RoleBinding): RoleBinding => ({
    ...one,
    node: one.node === null ? null : (pseudonyms.get(one.node) ?? one.node),
  });
  const renamed = bind(
    views.map((view) => ({ ...view, node: pseudonyms.get(view.node) ?? view.node })),
    prepared.map(underPseudonym),
  );
  const expected = bindings.map(underPseudonym);
  const reversed = bind(views.toReversed(), prepared);
  for (const [how, found, wanted] of [
    ["other names", renamed, expected],
    ["another order", reversed, bindings],
  ] as const) {
    if (sameRoles(found, wanted)) continue;
    throw new DrillError(
      "harness",
      "diagnosis",
      `the scenario's binder of roles knows more than what the members say: with ${how} of the nodes it finds ${words(found)}, and not ${words(wanted)}. Roles must follow from the views alone.`,
    );
  }
  return bindings;
}

/** Sorts like its place, and is the name of no node. */
function pseudonym(index: number): string {
  return `node-under-another-name-${String(index).padStart(6, "0")}`;
}

function sameRoles(found: readonly RoleBinding[], wanted: readonly RoleBinding[]): boolean {
  return words(found) === words(wanted);
}

function words(bindings: readonly RoleBinding[]): string {
  return bindings.map(({ role, node }) => `${role}=${node ?? "nobody"}`).join(", ");
}
