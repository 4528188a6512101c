/** Where the nodes of a run are: each in a network of its own where that is possible, else on the network that all share. */
import { DrillError } from "../../core/index.ts";
import type { NodeAddress } from "../machines-copy.ts";
import type { Launch } from "../launch.ts";
import type { Node, NodeOptions } from "../substrate.ts";
import { addressBook } from "./addresses.ts";
import type { IsolationHere } from "./isolation.ts";
import { launchHere } from "./launch-here.ts";
import { openNodeNetworks } from "./node-networks.ts";

/** A node's place. */
export interface Place extends NodeAddress {
  /** Starts a program there, once a machine was put there. */
  readonly launch: Launch;
  readonly network: Node["network"];
  readonly engine: Node["engine"];
  readonly ownDisk: Node["ownDisk"];
  /** Puts a machine there, whose folders and programs are in this computer's files already; also in the place of one that was taken away. */
  put(machine: PlacedMachine): Promise<void>;
  /** Takes the machine away, with all that runs on it and all its files but its home folder. */
  takeAway(): Promise<void>;
  /** The files that were changed on the machine outside of its home folder, and that a copy of that would leave out. */
  changedElsewhere(): Promise<readonly string[]>;
}

/** A machine as its place must know it. */
export interface PlacedMachine {
  readonly name: string;
  readonly homeDir: string;
  /** See ProcessMachine. */
  readonly controlDir: string;
  /** Absolute path of the folder of its processes' logs. */
  readonly logDir: string;
  /** Absolute path of the folder that a disk of its own is mounted at, for this worker alone; null: there is none. */
  readonly disk: string | null;
  /** The folder of its home, which is there, that lies at its root as well; null: there is none. */
  readonly atRoot: string | null;
  /** See MachineOptions. */
  readonly programs: Readonly<Record<string, string>>;
  /** See NodeOptions. */
  readonly ownEngine: boolean;
}

/** The places of one run. */
export interface Places extends AsyncDisposable {
  /** The same name gets the same place again, so that a new machine has the old address. */
  placeOf(node: Pick<NodeOptions, "name" | "ports">): Promise<Place>;
}

/** Where a machine is but its folders and its processes, nothing has to be put anywhere. */
const NO_MACHINE: Pick<Place, "engine" | "ownDisk" | "put" | "takeAway" | "changedElsewhere"> = {
  engine: () => null,
  ownDisk: () => null,
  put: async () => Promise.resolve(),
  takeAway: async () => Promise.resolve(),
  changedElsewhere: async () => Promise.resolve([]),
};

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
        const { address: own, enter, network } = await networks.placeOf(name);
        const place = { address: own, ports, network, launch: launchHere(enter), ...NO_MACHINE };
        assertWhereItWas(name, place, copied);
        return place;
      },
      [Symbol.asyncDispose]: async () => networks[Symbol.asyncDispose](),
    };
  }
  const addressOf = addressBook(isolation.kind, copied);
  return {
    placeOf: async ({ name, ports }) => ({
      ...(await addressOf(name, ports)),
      network: null,
      launch: launchHere([]),
      ...NO_MACHINE,
    }),
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

/** @throws DrillError `harness` when a node of a copy is not where its origin was. */
export function assertWhereItWas(
  name: string,
  { address }: Pick<NodeAddress, "address">,
  copied: ReadonlyMap<string, NodeAddress>,
): void {
  const was = copied.get(name)?.address ?? address;
  if (was === address) return;
  const message = `${name} is at ${address}, and its copy was at ${was}: nodes of a copy must be made in the order of their origin`;
  throw new DrillError("harness", "fork", message);
}
