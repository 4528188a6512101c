/**
 * A majority of the machines goes dark: their processes are killed, and their disks stay as they are. Nobody can start them until the
 * very end of the drill; then they come back as they were (drill/old-data.ts).
 * Not its business: proving it (majority-lost-witness.ts).
 */
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { MAJORITY_DARK_SIGNS, majorityLostWitness } from "./majority-lost-witness.ts";
import { majorityWithout } from "./majority-without.ts";
import { assertStillFits } from "./still-fits.ts";
import { chooseTarget } from "./targets.ts";

export interface GoDarkOptions {
  /** Which member is among those that are left, as the members say when the fault is armed. */
  readonly survivor: "leader" | "a-follower";
}

const FAULT_ID = "majority-goes-dark";

/**
 * Kills a majority of the members, the survivor not among them (SIGKILL: what the system has taken over to write is written,
 * unlike in a power loss), and leaves everything on their disks.
 */
export function majorityGoesDark({ survivor }: GoDarkOptions): Fault {
  return {
    id: FAULT_ID,
    effect: `a majority of the machines goes dark with their disks as they are, and comes back when all is over; ${survivor === "leader" ? "the leader" : "a follower"} is left`,
    signs: MAJORITY_DARK_SIGNS,
    nothingToStart: "what stopped is on dark machines, where nobody can start it",
    arm: async (options) => Promise.resolve(armDark(survivor, options)),
  };
}

function armDark(word: GoDarkOptions["survivor"], options: ArmOptions): ArmedFault {
  const { cluster, recorder, run } = options;
  const survivor = chooseTarget(word, options);
  const targets = majorityWithout(cluster.nodes, survivor.node);
  const names = targets.map((node) => node.name);
  const blastRadius = targets.map(
    ({ name, process }) =>
      `${name}: process ${process} (SIGKILL; it is started with its data in the last phase of the drill)`,
  );
  const note = faultRecord(options, {
    fault: FAULT_ID,
    targets: names,
    chosen: `the first without which ${survivor.node.name} has no majority; it is left, ${survivor.chosen}`,
    blastRadius,
  });
  note("armed");
  return {
    targets: names,
    blastRadius,
    oldData: { kind: "in-place", nodes: names },
    lasts: null,
    inject: async () => {
      await assertStillFits(word, survivor, options);
      note("injecting");
      await Promise.all(targets.map(async (node) => node.machine.signal(node.process, "SIGKILL", "fault")));
      await Promise.all(targets.map(async (node) => node.machine.exited(node.process)));
      note("injected");
    },
    witness: majorityLostWitness({
      cluster,
      survivor: survivor.node,
      targets,
      gone: "processes",
      behind: null,
      run,
      recorder,
    }),
    // That they come back is the last phase of the drill, when the recovery has been judged.
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}
