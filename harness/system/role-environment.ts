/** The variables by which a page names the nodes of its roles. */
import type { ClusterNode, RoleBinding } from "./cluster.ts";

/** `survivor` at n2: SURVIVOR_NAME=n2, SURVIVOR_CLIENT_URL, SURVIVOR_PEER_URL. An unbound role has no variables: a page that uses them fails visibly. */
export function roleEnvironment(
  bindings: readonly RoleBinding[],
  nodes: readonly Pick<ClusterNode, "name" | "clientUrl" | "peerUrl">[],
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { node: name, role } of bindings) {
    const node = nodes.find((one) => one.name === name);
    if (node === undefined) continue;
    const prefix = role.toUpperCase().replaceAll("-", "_");
    variables[`${prefix}_NAME`] = node.name;
    variables[`${prefix}_CLIENT_URL`] = node.clientUrl;
    variables[`${prefix}_PEER_URL`] = node.peerUrl;
  }
  return variables;
}
