/** Where the nodes of a run are: each is a container with a fixed address on the run's own network. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DrillError, messageOf } from "../../core/index.ts";
import { cuttable } from "../process/cuts.ts";
import { NONCE_FILE } from "../process/home-folder.ts";
import type { NodeAddress } from "../machines-copy.ts";
import { assertWhereItWas, type Place, type PlacedMachine, type Places } from "../process/places.ts";
import { changedFiles } from "./changed-files.ts";
import { tellEngine, type EngineAddress } from "./engine.ts";
import { hinderingIn } from "./hindering.ts";
import { RUN_LABEL, removeContainer, removeFromEngine } from "./labelled.ts";
import { launchInContainer, type RunningContainer } from "./launch-in-container.ts";
import { startMachineContainer } from "./machine-container.ts";
import { mountsOf } from "./mounts.ts";
import type { RunNetwork } from "./run-network.ts";
import { sharedDisks, type SharedDisks } from "./shared-disks.ts";

/** Seen: 2 s. */
const ANSWERS_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 100;

/** What the places of a run are made of. */
export interface ContainerPlaces {
  readonly engine: EngineAddress;
  readonly runId: string;
  readonly network: RunNetwork;
  /** The image of every node. */
  readonly image: string;
  /** Absolute path of the folder of the home folders, as the engine sees it. */
  readonly nodesFolder: string;
  /** The nodes of a copy, and where they were. */
  readonly copied: ReadonlyMap<string, NodeAddress>;
}

/** The places of one run. Disposing removes all that the engine has of it. */
export function containerPlaces(options: ContainerPlaces): Places {
  const { copied, engine, network, runId } = options;
  const given = new Map<string, Place>();
  const disks = sharedDisks();
  return {
    placeOf: async ({ name, ports }) => {
      const place =
        given.get(name) ?? containerPlace(options, { address: network.address(given.size + 1), ports }, disks);
      assertWhereItWas(name, place, copied);
      given.set(name, place);
      return place;
    },
    [Symbol.asyncDispose]: async () => void (await removeFromEngine(engine, runId)),
  };
}

function containerPlace(options: ContainerPlaces, { address, ports }: NodeAddress, disks: SharedDisks): Place {
  const { engine, network } = options;
  let running: RunningContainer | null = null;
  let hasEngine = false;
  const init = (): number => {
    if (running === null)
      throw new DrillError("harness", "network", "there is no machine whose network could be changed");
    return running.init;
  };
  const cuts = cuttable(() => ["nsenter", `--net=/proc/${init()}/ns/net`], network.harnessAddress, hinderingIn(init));
  return {
    address,
    ports,
    network: cuts,
    engine: () => (hasEngine && running !== null ? engineIn(engine, running.init) : null),
    ownDisk: () => (running === null ? null : `/proc/${running.init}/root`),
    launch: launchInContainer(engine, () => running),
    put: async (machine) => {
      hasEngine = machine.ownEngine;
      running = await startContainer(options, machine, address);
      await disks.show(running.init, machine.disk, diskAtRoot(machine));
      await cuts.cutAgain();
    },
    takeAway: async () => {
      const name = running?.name;
      running = null;
      if (name !== undefined) await removeContainer(engine, name);
    },
    changedElsewhere: async () => (running === null ? [] : changedFiles(engine, running)),
  };
}

/** Where the machine sees its disk below what lies at its root; null: the disk is not there. */
function diskAtRoot({ atRoot, disk, homeDir }: PlacedMachine): string | null {
  if (atRoot === null || disk === null) return null;
  const path = relative(homeDir, disk);
  return `${path}/`.startsWith(`${atRoot}/`) ? join("/", path) : null;
}

/**
 * Starts the container of a machine; nothing runs in it but a process that does nothing and reaps.
 * @throws DrillError `environment` when the engine starts none, or is not on this computer.
 */
async function startContainer(
  { engine, image, network, nodesFolder, runId }: ContainerPlaces,
  machine: PlacedMachine,
  address: string,
): Promise<RunningContainer> {
  const name = `drillbook-${runId}-${machine.name}`;
  await mkdir(machine.logDir, { recursive: true });
  const init = await startMachineContainer({
    engine,
    image,
    name,
    hostname: machine.name,
    labels: { [RUN_LABEL]: runId },
    network: network.name,
    address,
    mounts: mountsOf(machine, nodesFolder),
    ownEngine: machine.ownEngine,
  });
  if (!existsSync(join(`/proc/${init}/root`, machine.homeDir, NONCE_FILE)))
    throw new DrillError(
      "environment",
      "provision",
      `the container ${name} cannot be seen from here: the engine must run on this computer, outside of any virtual machine, and Drillbook as root beside it`,
    );
  if (machine.ownEngine) await answers(engineIn(engine, init), name);
  return { name, init };
}

/** The engine in a machine, by the machine's files as the kernel shows them. Not /var/run: a link there would be followed here. */
function engineIn({ client }: EngineAddress, init: number): EngineAddress {
  return { client, host: `unix:///proc/${init}/root/run/docker.sock` };
}

/** Waits for a machine's own engine. A machine is there when its services run. */
async function answers(own: EngineAddress, name: string): Promise<void> {
  const untilMs = performance.now() + ANSWERS_WITHIN_MS;
  for (;;) {
    try {
      return void (await tellEngine(own, ["version"]));
    } catch (error) {
      if (performance.now() < untilMs) await delay(ASK_EVERY_MS);
      else
        throw new DrillError("environment", "provision", `the engine of ${name} does not answer: ${messageOf(error)}`);
    }
  }
}
