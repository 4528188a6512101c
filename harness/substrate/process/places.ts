/** Where the nodes of a run are: each in a network of its own where that is possible, else on the network that all share. */
import type { Node, NodeOptions } from "../substrate.ts";
import { addressBook, type NodeAddress } from "./addresses.ts";
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

/** @throws DrillError `environment` when the network cannot be made, though it could when it was tried out. */
export async function openPlaces(isolation: IsolationHere): Promise<Places> {
  if (isolation.oneNetworkBecause === null) {
    const networks = await openNodeNetworks();
    return {
      placeOf: async ({ name, ports }) => ({ ...(await networks.placeOf(name)), ports }),
      [Symbol.asyncDispose]: async () => networks[Symbol.asyncDispose](),
    };
  }
  const addressOf = addressBook(isolation.kind);
  return {
    placeOf: async ({ name, ports }) => ({ ...(await addressOf(name, ports)), enter: [], network: null }),
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}
