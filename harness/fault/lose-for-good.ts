/**
 * A majority of the members is lost for good: processes killed, data folders destroyed, nothing told to anybody first.
 * Not its business: proving it (majority-lost-witness.ts).
 */
import type { ClusterNode } from "../system/index.ts";
import type { ArmedFault, ArmOptions, Fault, SetAsideData } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { LEFT_BEHIND_SIGN, leftBehind } from "./left-behind.ts";
import { MAJORITY_LOST_SIGNS, majorityLostWitness } from "./majority-lost-witness.ts";
import { majorityWithout, type LostMajority } from "./majority-without.ts";
import { assertStillFits } from "./still-fits.ts";
import { chooseTarget } from "./targets.ts";

export interface LoseMajorityOptions {
  /**
   * Which member is among those that are left, as the members say when the fault is armed. `stalest`: a follower that hangs
   * for some seconds before the others are lost, so that it lacks what they acknowledged meanwhile.
   */
  readonly survivor: Survivor;
}

/** See LoseMajorityOptions. */
export type Survivor = "leader" | "a-follower" | "stalest";

const FAULT_ID = "lose-majority-for-good";

/** Kills a majority of the members, the survivor not among them, and destroys their data. */
export function loseMajorityForGood({ survivor }: LoseMajorityOptions): Fault {
  return {
    id: FAULT_ID,
    effect: `a majority of the members is killed and its data destroyed; ${SURVIVES[survivor]}`,
    signs: survivor === "stalest" ? [...MAJORITY_LOST_SIGNS, LEFT_BEHIND_SIGN] : MAJORITY_LOST_SIGNS,
    arm: async (options) => armLoss(survivor, options),
  };
}

const SURVIVES: Readonly<Record<Survivor, string>> = {
  leader: "the leader survives",
  "a-follower": "a follower survives",
  stalest: "a follower survives, which hung before and lacks what was acknowledged meanwhile",
};

async function armLoss(word: Survivor, options: ArmOptions): Promise<ArmedFault> {
  const { cluster, recorder, run } = options;
  const role = word === "stalest" ? "a-follower" : word;
  const survivor = chooseTarget(role, options);
  const targets = majorityWithout(cluster.nodes, survivor.node);
  const behind = word === "stalest" ? leftBehind({ cluster, survivor: survivor.node, other: targets[0], run }) : null;
  const blastRadius = [...blastRadiusOf(targets), ...(behind === null ? [] : [hangs(survivor.node)])];
  const note = faultRecord(options, {
    fault: FAULT_ID,
    targets: targets.map((node) => node.name),
    chosen: `the first without which ${survivor.node.name} has no majority; it survives, ${survivor.chosen}`,
    blastRadius,
  });
  const oldData = await oldDataOf(targets);
  note("armed");

  const inject = async (): Promise<void> => {
    await assertStillFits(role, survivor, options);
    note("injecting");
    await behind?.hang();
    await Promise.all(targets.map(async (node) => node.machine.signal(node.process, "SIGKILL", "fault")));
    await Promise.all(targets.map(async (node) => node.machine.exited(node.process)));
    await behind?.goOn();
    await Promise.all(
      targets.map(async ({ dataDir, machine, name }) =>
        name === oldData.node ? machine.setAside(dataDir, oldData.setAsideAs) : machine.remove(dataDir),
      ),
    );
    note("injected");
  };

  return {
    targets: targets.map((node) => node.name),
    blastRadius,
    oldData,
    lasts: null,
    inject,
    witness: majorityLostWitness({ cluster, survivor: survivor.node, targets, gone: "data", behind, run, recorder }),
    // For good: there is nothing to lift.
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function hangs({ name, process }: ClusterNode): string {
  return `${name}: process ${process} (SIGSTOP, and SIGCONT when the others are gone)`;
}

/** The first target's data is not destroyed but taken away: at the end of the drill it comes back (drill/old-data.ts). */
async function oldDataOf([first]: LostMajority): Promise<SetAsideData> {
  const manifest = await first.machine.readFile(`manifests/${first.process}.yaml`);
  return { kind: "set-aside", node: first.name, setAsideAs: "lost-data", manifest };
}

function blastRadiusOf(targets: readonly ClusterNode[]): readonly string[] {
  return targets.map(
    ({ dataDir, machine, name, process }, index) =>
      `${name}: process ${process} (SIGKILL), folder ${machine.homeDir}/${dataDir} (${index === 0 ? "taken away; it comes back in the last phase of the drill" : "removed"})`,
  );
}
