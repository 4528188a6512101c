/** What nodes in containers cannot do here. */
import { isOnSystemPath } from "../process/system-path.ts";
import type { AbsentCapability } from "../substrate.ts";

/** Each with its reason. Tests replace `hasCommand`. */
export function absentInContainers(
  hasCommand: (command: string) => boolean = isOnSystemPath,
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
    {
      capability: "clock-faults",
      reason: "containers have the clock of this computer",
    },
    {
      capability: "own-disks",
      reason:
        "a small disk in a container is not seen among this computer's files, through which it is filled and looked at",
    },
    { capability: "same-addresses", reason: "each run has a network of its own, so that runs at once do not meet" },
    {
      capability: "ends-with-worker",
      reason: "containers outlive a worker that is killed; `drillbook clean` removes them",
    },
    {
      capability: "forks",
      reason:
        "machines that were copied would have to be seen where their origin was, and containers of both may be there at once",
    },
  ];
}
