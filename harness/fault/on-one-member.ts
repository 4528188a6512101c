/** A fault that hits one member, once: nothing of it is lifted. Not its business: what is done, and who sees it. */
import type { ArmedFault, ArmOptions, Witness } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { assertStillFits } from "./still-fits.ts";
import type { ChosenTarget, SingleTarget } from "./targets.ts";

export interface OnOneMember {
  readonly fault: string;
  readonly target: SingleTarget;
  readonly choice: ChosenTarget;
  /** What it may touch there, in words. */
  readonly touches: string;
  readonly act: () => Promise<void>;
  readonly witness: Witness;
}

/** Arms it: records what it is going to touch. Its injection is refused when the target fits its word no more. */
export function armOnOneMember(one: OnOneMember, arming: ArmOptions): ArmedFault {
  const { act, choice, fault, target, touches, witness } = one;
  const { chosen, node } = choice;
  const blastRadius = [`${node.name}: ${touches}`];
  const note = faultRecord(arming, { fault, targets: [node.name], chosen, blastRadius });
  note("armed");
  return {
    targets: [node.name],
    blastRadius,
    oldData: null,
    lasts: null,
    inject: async () => {
      await assertStillFits(target, choice, arming);
      note("injecting");
      await act();
      note("injected");
    },
    witness,
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}
