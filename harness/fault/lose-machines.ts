/**
 * Members are lost for good with all that they held: their disks, or the whole machines. Where a machine is lost, a new one stands
 * at the old address, with programs and nothing else, as whoever runs the place would order it.
 * Not its business: proving it (machines-lost-witness.ts).
 */
import type { ClusterNode } from "../system/index.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { machinesLostWitness, signsOfLoss } from "./machines-lost-witness.ts";
import { chooseTargets, targetWords, type Targets } from "./targets.ts";

export interface LossOptions {
  readonly targets: Targets;
}

/** What is lost of a node. */
export type Lost = "disk" | "machine";

/** Kills the members of the targets (SIGKILL) and destroys their data folders; certificates and manifests stay. */
export function loseDisks({ targets }: LossOptions): Fault {
  return loss("lose-disks", "disk", targets, "their data destroyed");
}

/** Deletes the machines of the targets with all that is on them; an empty one takes the address of each. */
export function loseMachines({ targets }: LossOptions): Fault {
  return loss("lose-machines", "machine", targets, "their machines deleted; empty ones stand at their addresses");
}

function loss(id: string, lost: Lost, targets: Targets, what: string): Fault {
  return {
    id,
    effect: `${targetWords(targets)} of the members: processes killed, ${what}`,
    signs: signsOfLoss(lost),
    ...(lost === "machine"
      ? { nothingToStart: "what stopped was on machines that are gone, with their start files" }
      : {}),
    arm: async (arming) => Promise.resolve(armLoss({ id, lost, targets }, arming)),
  };
}

interface Loss {
  readonly id: string;
  readonly lost: Lost;
  readonly targets: Targets;
}

function armLoss({ id, lost, targets }: Loss, arming: ArmOptions): ArmedFault {
  const { cluster, run, views } = arming;
  const chosen = chooseTargets(targets, { nodes: cluster.nodes, views, random: run.random.fork("targets") });
  const description = {
    fault: id,
    targets: chosen.nodes.map((node) => node.name),
    chosen: chosen.chosen,
    blastRadius: chosen.nodes.map((node) => touched(lost, node)),
  };
  const note = faultRecord(arming, description);
  note("armed");
  return {
    targets: description.targets,
    blastRadius: description.blastRadius,
    // What is lost here is nowhere any more.
    oldData: null,
    lasts: null,
    inject: async () => {
      note("injecting");
      // All processes first: those that are left must not take writes while a folder is being removed.
      await Promise.all(chosen.nodes.map(async ({ machine, process }) => machine.signal(process, "SIGKILL", "fault")));
      await Promise.all(chosen.nodes.map(async (node) => take(lost, node)));
      note("injected");
    },
    witness: machinesLostWitness({ ...arming, targets: chosen.nodes, lost }),
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

async function take(lost: Lost, { dataDir, machine, process }: ClusterNode): Promise<void> {
  await machine.exited(process);
  if (lost === "disk") return machine.remove(dataDir);
  await machine.deleteMachine("fault");
  await machine.installMachine();
}

function touched(lost: Lost, { dataDir, machine, name, process }: ClusterNode): string {
  return lost === "disk"
    ? `${name}: process ${process} (SIGKILL), folder ${machine.homeDir}/${dataDir} (removed)`
    : `${name}: all processes (SIGKILL), all of ${machine.homeDir} but the programs (removed)`;
}
