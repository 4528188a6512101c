/**
 * Where a client asks. It is pinned to its own member; where the system has spare machines it knows their addresses too, as a
 * client that is given a list of endpoints does, and moves on when one does not serve it. One operation is one attempt.
 */
import type { Cluster } from "../system/index.ts";

/** The endpoint of one client. */
export interface Endpoint {
  /** The node that is asked now. */
  current(): string;
  /** What was asked of this node came to nothing: the next operation goes to the next one, if this one still is current. */
  gaveNothing(node: string): void;
}

/** The nodes of the members at the start: each has clients of its own. */
export function startingMembers({ nodes }: Pick<Cluster, "nodes">): Cluster["nodes"] {
  return nodes.filter((node) => node.startsAs === "member");
}

/** The nodes that a client of this member knows: that of its own, and the spares. */
export function endpointsOf({ nodes }: Pick<Cluster, "nodes">, own: string): readonly string[] {
  return [own, ...nodes.filter((node) => node.startsAs === "spare").map((node) => node.name)];
}

/** Begins with the first. Without a second it stays there, whatever becomes of it. */
export function endpointOf(nodes: readonly string[]): Endpoint {
  let at = 0;
  const current = (): string => nodes[at % nodes.length] ?? "";
  return { current, gaveNothing: (node) => void (node === current() && at++) };
}
