/** Writes the life of a fault into the ledger. */
import type { FaultEntry } from "../ledger/index.ts";
import type { ArmOptions } from "./fault.ts";

/** What stays the same in every entry of one fault. */
export type FaultDescription = Pick<FaultEntry, "fault" | "targets" | "chosen" | "blastRadius">;

/** Records events of one fault; those before a touch are flushed. */
export function faultRecord(
  { recorder, run }: Pick<ArmOptions, "recorder" | "run">,
  description: FaultDescription,
): (event: FaultEntry["event"]) => void {
  return (event) => {
    recorder.record({ kind: "fault", atMs: run.clock.nowMs(), event, ...description });
    if (event === "injecting" || event === "lifting") recorder.flush();
  };
}
