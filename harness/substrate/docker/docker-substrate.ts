/**
 * The substrate of containers: each node is a container of an engine on this computer, with an address, a host name, processes
 * and a file system of its own. Its home folder is mounted from this computer's files, at the same path. The workstation is this
 * computer, as with plain processes.
 */
import { join } from "node:path";
import type { RunContext } from "../../core/index.ts";
import type { Recorder } from "../../ledger/index.ts";
import type { MachinesCopy } from "../machines-copy.ts";
import { NODES_FOLDER } from "../process/copy-machines.ts";
import { addressesIn, seenInOf } from "../process/fork-machines.ts";
import { hasOwnMounts } from "../process/isolation.ts";
import { launchHere } from "../process/launch-here.ts";
import { substrateOn } from "../process/substrate-on.ts";
import { claimWorkFolder } from "../process/work-folder.ts";
import type { Substrate } from "../substrate.ts";
import { absentInContainers } from "./absent.ts";
import type { EngineAddress } from "./engine.ts";
import { containerPlaces } from "./places.ts";
import { makeRunNetwork } from "./run-network.ts";

export interface DockerSubstrateOptions {
  readonly run: RunContext;
  readonly recorder: Recorder;
  readonly engine: EngineAddress;
  /** The image of every node. */
  readonly image: string;
  /** The machines that `bringMachinesBack` has brought into the work folder; left out or null: none. */
  readonly copy?: MachinesCopy | null;
}

/** On every machine, and on this computer. */
const BASH = "/bin/bash";

/**
 * Opens the substrate in `run.workDir`, which is made if it is not there. Disposing it removes all that the engine has of the
 * run (its label, law 10), and the work folder; `evidenceDir` stays.
 * @throws DrillError `harness` when the work folder holds something that is not this run's; `environment` when the engine does not do as it is told.
 */
export async function openDockerSubstrate({
  copy = null,
  engine,
  image,
  recorder,
  run,
}: DockerSubstrateOptions): Promise<Substrate> {
  const nonce = await claimWorkFolder(run);
  const copied = addressesIn(copy);
  const seenIn = await seenInOf(run.workDir, copy, hasOwnMounts());
  const network = await makeRunNetwork(engine, run.runId, [...copied.values()][0]?.address);
  const nodesFolder = join(run.workDir, NODES_FOLDER);
  return substrateOn({
    kind: "docker",
    isolation: "containers",
    absentCapabilities: absentInContainers(),
    run,
    recorder,
    places: containerPlaces({ engine, runId: run.runId, network, image, nodesFolder, copied }),
    launchHere: launchHere([]),
    seenIn,
    copy,
    nonce,
    bash: BASH,
  });
}
