/** What nodes in containers cannot do here. */
import { hasOwnMounts } from "../process/isolation.ts";
import { isOnSystemPath } from "../process/system-path.ts";
import type { AbsentCapability, Capability } from "../substrate.ts";
import { isInKernel, kernelConfiguration } from "./kernel-has.ts";

/** What is here. Tests replace it. */
export interface HasHere {
  readonly command: (command: string) => boolean;
  /** The kernel's configuration; null: nobody tells it. */
  readonly kernel: string | null;
  /** Whether this worker may mount what nobody else sees. */
  readonly ownMounts: boolean;
}

const WITHOUT_MOUNTS = "this worker has no mount namespace of its own";

/** Each with its reason. */
export function absentInContainers(
  { command: hasCommand, kernel, ownMounts }: HasHere = here(),
): readonly AbsentCapability[] {
  const missing = ["ip", "nsenter"].filter((command) => !hasCommand(command));
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            capability: "network-faults" as const,
            reason: `there is no command ${missing.join(" and no ")} here; install iproute2 and util-linux`,
          },
        ]),
    {
      capability: "packet-delay",
      reason: "it would take the kernel's sch_netem, which is not everywhere, and nothing here uses it",
    },
    ...withoutKernel("packet-loss", "NETFILTER_XT_MATCH_STATISTIC", kernel),
    ...withoutKernel("bandwidth", "NET_SCH_TBF", kernel),
    {
      capability: "clock-faults",
      reason: "containers have the clock of this computer",
    },
    { capability: "same-addresses", reason: "each run has a network of its own, so that runs at once do not meet" },
    {
      capability: "ends-with-worker",
      reason: "containers outlive a worker that is killed; `drillbook clean` removes them",
    },
    ...(ownMounts && hasCommand("perl") && hasCommand("nsenter")
      ? []
      : [
          {
            capability: "own-disks" as const,
            reason: `a disk could not be shown to a container and to the harness alike: ${ownMounts ? "there is no command perl or no nsenter here" : WITHOUT_MOUNTS}`,
          },
        ]),
    ...(ownMounts
      ? []
      : [
          {
            capability: "forks" as const,
            reason: `a copy of the machines cannot be seen where its origin was: ${WITHOUT_MOUNTS}`,
          },
        ]),
  ];
}

/** What is done with the commands of the node's image takes the kernel alone. */
function withoutKernel(capability: Capability, option: string, kernel: string | null): readonly AbsentCapability[] {
  if (kernel === null) return [{ capability, reason: `nobody tells here whether the kernel has ${option}` }];
  return isInKernel(option, kernel) ? [] : [{ capability, reason: `the kernel was built without ${option}` }];
}

function here(): HasHere {
  return { command: isOnSystemPath, kernel: kernelConfiguration(), ownMounts: hasOwnMounts() };
}
