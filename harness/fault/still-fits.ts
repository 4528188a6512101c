/** Whether targets that were chosen by who leads are still what their word says, right before the first touch. */
import { DrillError } from "../core/index.ts";
import type { ArmOptions } from "./fault.ts";
import { leadsItself } from "./leader.ts";
import type { ChosenTargets, Targets } from "./targets.ts";

/** Of a look at a target, right before the first touch. */
const CHECK_TIMEOUT_MS = 1000;

/** @throws DrillError `environment` when the leader has changed since the targets were chosen. */
export async function assertStillFits(
  targets: Targets,
  { nodes }: ChosenTargets,
  { cluster }: Pick<ArmOptions, "cluster">,
): Promise<void> {
  if (targets !== "leader" && targets !== "a-follower") return;
  const [node] = nodes;
  if (node === undefined) return;
  const view = await cluster.view(node.name, { timeoutMs: CHECK_TIMEOUT_MS });
  if (view.answered && leadsItself(view) === (targets === "leader")) return;
  throw new DrillError(
    "environment",
    "fault",
    `${node.name} was chosen as ${targets} and is that no more right before the injection; nothing was touched. Run the drill again.`,
  );
}
