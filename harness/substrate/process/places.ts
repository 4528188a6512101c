/** Where the nodes of a run are: each in a network of its own where that is possible, else on the network that all share. */
import { DrillError } from "../../core/index.ts";
import type { NodeAddress } from "../machines-copy.ts";
import type { Node, NodeOptions } from "../substrate.ts";
import { addressBook } from "./addresses.ts";
import type { IsolationHere } from "./isolation.ts";
import { openNodeNetworks } from "./node-networks.ts";

/** A node's place. */
export interface Place extends NodeAddress {
  /** What to put before a command so that it runs there; nothing where the nodes share one network. */
  readonly enter: readonly string[];
  readonly network: Node["network"];
}

/** The places of one run. */
export interface Places extends AsyncDisposable {
  /** The same name gets the same place again, so that a new machine has the old address. */
  placeOf(node: Pick<NodeOptions, "name" | "ports">): Promise<Place>;
}

/**
 * The places of a run; nodes of a copy have theirs already (`copied`), since their certificates name them.
 * @throws DrillError `environment` when the network cannot be made, though it could when it was tried out.
 */
export async function openPlaces(
  isolation: IsolationHere,
  copied: ReadonlyMap<string, NodeAddress> = new Map(),
): Promise<Places> {
  if (isolation.oneNetworkBecause === null) {
    const networks = await openNodeNetworks();
    return {
      placeOf: async ({ name, ports }) => {
        const place = { ...(await networks.placeOf(name)), ports };
        const { address } = copied.get(name) ?? place;
        if (address === place.address) return place;
        const message = `${name} is at ${place.address}, and its copy was at ${address}: nodes of a copy must be made in the order of their origin`;
        throw new DrillError("harness", "fork", message);
      },
      [Symbol.asyncDispose]: async () => networks[Symbol.asyncDispose](),
    };
  }
  const addressOf = addressBook(isolation.kind, copied);
  return {
    placeOf: async ({ name, ports }) => ({ ...(await addressOf(name, ports)), enter: [], network: null }),
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}
