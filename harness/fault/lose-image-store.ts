/**
 * The image store of one member's machine is deleted: all containers of the machine's own engine, and all images. So does the clean-up that is
 * meant for hosts which are given up (https://github.com/rancher/docs/issues/75), begun on the wrong one; what it goes on with, the folders of
 * the host, stays. Not its business: proving it (image-store-witness.ts).
 */
import { DrillError } from "../core/index.ts";
import { tellEngine, type EngineAddress } from "../substrate/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { endMember } from "./end-member.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { IMAGE_STORE_SIGNS, imageStoreWitness } from "./image-store-witness.ts";
import { armOnOneMember } from "./on-one-member.ts";
import { chooseTarget, targetWords, type SingleTarget } from "./targets.ts";

export interface LoseImageStoreOptions {
  readonly target: SingleTarget;
}

const FAULT_ID = "lose-image-store";

/**
 * Removes the containers of the target's machine, the member's first (SIGKILL), with their anonymous volumes; then its images. Nothing can be
 * made or started there until somebody brings images. The member's data, its certificates and all else on the machine stay.
 */
export function loseImageStore({ target }: LoseImageStoreOptions): Fault {
  return {
    id: FAULT_ID,
    effect: `${targetWords(target)} of the members: all containers of its machine's engine are removed (SIGKILL), and all images`,
    signs: IMAGE_STORE_SIGNS,
    needs: ["own-engines"],
    nothingToStart: "what stopped was in containers that are removed, and the images to make them from are gone",
    arm: async (arming) => Promise.resolve(armLoss(target, arming)),
  };
}

function armLoss(target: SingleTarget, arming: ArmOptions): ArmedFault {
  const choice = chooseTarget(target, arming);
  const engine = engineOf(choice.node);
  return armOnOneMember(
    {
      fault: FAULT_ID,
      target,
      choice,
      touches:
        "all containers of the machine's engine (SIGKILL, removed with their anonymous volumes), all its images (removed)",
      act: async () => {
        // By its own signal, so that the record has who ended it.
        await endMember(choice.node, "killed", arming);
        await removeAll(engine, ["ps", "--all", "--quiet"], ["rm", "--force", "--volumes"]);
        await removeAll(engine, ["image", "ls", "--quiet"], ["image", "rm", "--force"]);
      },
      witness: imageStoreWitness({ ...arming, target: choice.node }),
    },
    arming,
  );
}

/** Removes what is listed. An image is listed under each of its names, and goes with the first. */
async function removeAll(engine: EngineAddress, list: readonly string[], remove: readonly string[]): Promise<void> {
  const ids = new Set((await tellEngine(engine, list)).split("\n").filter((id) => id !== ""));
  if (ids.size > 0) await tellEngine(engine, [...remove, ...ids]);
}

/** @throws DrillError `harness` where the member is not in a container of its machine's own engine. */
function engineOf({ machine, name }: ClusterNode): EngineAddress {
  const engine = machine.engine();
  if (engine === null) throw new DrillError("harness", "fault", `${name} has no engine whose images could be deleted`);
  return engine;
}
