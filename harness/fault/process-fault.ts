/** Faults of the members' processes: paused, or killed, for a time or for good. Their data stays. */
import { formatMs } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { assertStillFits } from "./still-fits.ts";
import { processWitness, signsOf, type ProcessSign } from "./process-witness.ts";
import { chooseTargets, targetWords, type Targets } from "./targets.ts";

export interface ProcessFaultOptions {
  readonly targets: Targets;
  /** After this the fault ends by itself. Null: it is for good, as far as the drill lasts. */
  readonly lasts: { readonly forMs: number } | null;
}

/** What differs between the two. */
interface ProcessFault {
  readonly id: string;
  readonly effect: string;
  readonly sign: ProcessSign;
  readonly touches: string;
  readonly inject: (node: ClusterNode) => Promise<void>;
  readonly lift: (node: ClusterNode) => Promise<void>;
}

/** Stops the processes of the targets where they stand (SIGSTOP), as a machine does that hangs; when it ends, they go on. */
export function pause(options: ProcessFaultOptions): Fault {
  return processFault(options, {
    id: "pause",
    effect: "paused (SIGSTOP)",
    sign: "target-processes-are-paused",
    touches: "SIGSTOP",
    inject: async ({ machine, process }) => machine.signal(process, "SIGSTOP", "fault"),
    lift: async ({ machine, process }) => machine.signal(process, "SIGCONT", "fault"),
  });
}

/**
 * Kills the processes of the targets (SIGKILL: what the system has taken over to write is written, unlike in a power loss);
 * when it ends, they are started again, as a machine in good order does.
 */
export function kill(options: ProcessFaultOptions): Fault {
  return processFault(options, {
    id: "kill",
    effect: "killed (SIGKILL)",
    sign: "target-processes-are-gone",
    touches: "SIGKILL",
    inject: async ({ machine, process }) => {
      await machine.signal(process, "SIGKILL", "fault");
      await machine.exited(process);
    },
    lift: async ({ machine, process }) => {
      if (!machine.isRunning(process)) await machine.start(process, "fault");
    },
  });
}

function processFault(options: ProcessFaultOptions, kind: ProcessFault): Fault {
  const { lasts, targets } = options;
  return {
    id: kind.id,
    effect: `${targetWords(targets)} of the members: processes ${kind.effect}${lasts === null ? "" : `, for ${formatMs(lasts.forMs)}`}`,
    signs: signsOf(targets, kind.sign),
    arm: async (arming) => Promise.resolve(armProcessFault(options, kind, arming)),
  };
}

function armProcessFault({ lasts, targets }: ProcessFaultOptions, kind: ProcessFault, arming: ArmOptions): ArmedFault {
  const { cluster, run, views } = arming;
  const chosen = chooseTargets(targets, { nodes: cluster.nodes, views, random: run.random.fork("targets") });
  const names = chosen.nodes.map((node) => node.name);
  const blastRadius = chosen.nodes.map(({ name, process }) => `${name}: process ${process} (${kind.touches})`);
  const note = faultRecord(arming, { fault: kind.id, targets: names, chosen: chosen.chosen, blastRadius });
  note("armed");
  const each = async (act: (node: ClusterNode) => Promise<void>): Promise<void> =>
    void (await Promise.all(chosen.nodes.map(act)));
  return {
    targets: names,
    blastRadius,
    oldData: null,
    lasts:
      lasts === null
        ? null
        : {
            forMs: lasts.forMs,
            lift: async () => {
              note("lifting");
              await each(kind.lift);
              note("lifted");
            },
          },
    inject: async () => {
      await assertStillFits(targets, chosen, arming);
      note("injecting");
      await each(kind.inject);
      note("injected");
    },
    witness: processWitness({ ...arming, targets: chosen.nodes, word: targets, sign: kind.sign }),
    // A process that is paused is killed with the cluster like any other.
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}
