/** A command on the operator's machine, for faults and witnesses that need one of the system's own programs. */
import { DrillError } from "../core/index.ts";
import type { ArmOptions } from "./fault.ts";

/**
 * Runs it in a shell of its own.
 * @returns what it printed.
 * @throws DrillError `environment` when it does not end with 0 in time.
 */
export async function onWorkstation(
  { cluster, run }: Pick<ArmOptions, "cluster" | "run">,
  command: string,
  timeoutMs: number,
): Promise<string> {
  await using session = await cluster.workstation.openSession({});
  const chunks: Uint8Array[] = [];
  const { exitCode, status } = await session.run(command, {
    timeoutMs,
    signal: run.signal,
    output: (chunk) => void chunks.push(chunk),
  });
  const printed = Buffer.concat(chunks).toString("utf8");
  if (exitCode === 0) return printed;
  const how = status === "ran" ? `exited with ${exitCode}` : status;
  throw new DrillError("environment", "fault", `\`${command}\` on the workstation ${how}: ${printed.trim()}`);
}
