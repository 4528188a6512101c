/**
 * The data of one member is damaged: its process is killed, its files are damaged, and it is started again, as a machine in
 * good order does. Not its business: what of the files (damage.ts), and proving it (damage-witness.ts).
 */
import { readFile } from "node:fs/promises";
import { DrillError } from "../core/index.ts";
import { hashValue, type ClusterNode } from "../system/index.ts";
import { damage, DAMAGE_EFFECTS, type DamageKind } from "./damage.ts";
import { DAMAGE_SIGNS, damageWitness, type PlantedValue } from "./damage-witness.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { databaseOf } from "./member-files.ts";
import { armOnOneMember } from "./on-one-member.ts";
import { chooseTarget, targetWords, type SingleTarget } from "./targets.ts";

export interface DamageOptions {
  readonly target: SingleTarget;
  readonly how: DamageKind;
}

const FAULT_ID = "damage-data";

/** Damages the data of one member. */
export function damageData(options: DamageOptions): Fault {
  const { how, target } = options;
  return {
    id: `${FAULT_ID}-${how}`,
    effect: `${targetWords(target)} of the members is killed (SIGKILL), ${DAMAGE_EFFECTS[how]}, and it is started again`,
    signs: DAMAGE_SIGNS[how],
    arm: async (arming) => armDamage(options, arming),
  };
}

async function armDamage({ how, target }: DamageOptions, arming: ArmOptions): Promise<ArmedFault> {
  const choice = chooseTarget(target, arming);
  const { node } = choice;
  const planted = how === "changed-value" ? await plantValue(node, arming) : null;
  const { dataDir, machine, process } = node;
  return armOnOneMember(
    {
      fault: `${FAULT_ID}-${how}`,
      target,
      choice,
      touches: `process ${process} (SIGKILL, then started), folder ${machine.homeDir}/${dataDir} (${DAMAGE_EFFECTS[how]})`,
      act: async () => {
        await machine.signal(process, "SIGKILL", "fault");
        await machine.exited(process);
        await damage(how, node, planted?.value ?? "");
        await machine.start(process, "fault");
      },
      witness: damageWitness({ ...arming, node, how, planted }),
    },
    arming,
  );
}

/** etcd writes the database every 100 ms or 10,000 writes (server/storage/backend, defaultBatchInterval). */
const IN_DATABASE_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 50;
const WRITE_TIMEOUT_MS = 1000;

/**
 * Writes the key whose value is going to be changed, as any client could, through the member, and waits until its database
 * file holds it. It is in nobody's account.
 */
async function plantValue(node: ClusterNode, { cluster, run }: ArmOptions): Promise<PlantedValue> {
  const key = "drillbook/damage/value";
  const value = `value of ${run.runId} that is to be changed`;
  await using client = cluster.openClient(node.name, { timeoutMs: WRITE_TIMEOUT_MS });
  const { outcome, revision, reason } = await client.put(key, value);
  if (outcome !== "acknowledged" || revision === null)
    throw new DrillError(
      "environment",
      "fault",
      `the value that was to be damaged could not be written: ${reason ?? outcome}`,
    );
  const untilMs = run.clock.nowMs() + IN_DATABASE_WITHIN_MS;
  while (!(await readFile(databaseOf(node))).includes(value)) {
    if (run.clock.nowMs() > untilMs)
      throw new DrillError(
        "environment",
        "fault",
        `${databaseOf(node)} did not hold the value that was written to ${node.name}`,
      );
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
  }
  return { key, value, valueHash: hashValue(value), revision };
}
