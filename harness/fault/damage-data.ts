/**
 * The data of one member is damaged: its process is killed, its files are damaged, and it is started again, as a machine in
 * good order does. Not its business: what of the files (damage.ts), and proving it (damage-witness.ts).
 */
import { damage, DAMAGE_EFFECTS, type DamageKind } from "./damage.ts";
import { DAMAGE_SIGNS, damageWitness } from "./damage-witness.ts";
import { endsByItself } from "./ends-by-itself.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { armOnOneMember } from "./on-one-member.ts";
import { plantValue } from "./plant-value.ts";
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
        // A changed value is served as if nothing were; of the rest, one that goes on is the witness's to tell of.
        if (planted === null) await endsByItself(node, arming.run);
      },
      witness: damageWitness({ ...arming, node, how, planted }),
    },
    arming,
  );
}
