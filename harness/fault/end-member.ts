/** A member's process ends, and the fault waits until it has. */
import { DrillError, endsWithin, formatMs } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions } from "./fault.ts";

/** How a process ends: by SIGKILL, or in the orderly way of its own (SIGTERM). */
export type Ending = "killed" | "stopped";

/** An orderly end hands over what the member does for others, and may look for a leader for a minute (go-dqlite app/app.go). */
const ENDS_WITHIN_MS = 75_000;

/**
 * Ends it.
 * @throws DrillError `environment` when it still runs long afterwards.
 */
export async function endMember(
  { machine, name, process }: ClusterNode,
  by: Ending,
  { run }: Pick<ArmOptions, "run">,
): Promise<void> {
  await machine.signal(process, by === "killed" ? "SIGKILL" : "SIGTERM", "fault");
  if (await endsWithin(run.clock, machine.exited(process), ENDS_WITHIN_MS)) return;
  const told = `${name}: ${process} was ${by === "killed" ? "killed" : "told to stop (SIGTERM)"}`;
  throw new DrillError("environment", "fault", `${told} and still runs after ${formatMs(ENDS_WITHIN_MS)}`);
}
