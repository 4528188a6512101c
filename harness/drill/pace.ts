/**
 * The pace of the clients before the fault: whether the workload, as it goes, is one whose account means something. Not its business: the judgement
 * (integrity/checks/workload-adequate.ts), which asks the same of the ledger and does not hang on this.
 */
import { isFirstOfRequest } from "../ledger/index.ts";
import { awaitEntry, type Stage } from "./stage.ts";

/** From when it was begun until it is disposed. */
export interface Pace extends Disposable {
  /**
   * Waits until the clients have kept the pace that is asked of them before an injection, for at most `withinMs`: a store that held them
   * up for a moment (dqlite's write lock did, for 0.8 s) does so without being broken. Clients that never keep it are for the judge to tell.
   * For a write that was acknowledged just now it does not wait: a workload that seldom writes would look like one that does.
   * @throws the run's abort reason.
   */
  kept(withinMs: number): Promise<void>;
}

/** Begins to listen. Touches nothing. */
export function watchPace(stage: Pick<Stage, "ledger" | "plan" | "run">): Pace {
  const { ledger, plan, run } = stage;
  const { windowMs, acknowledgedShare } = plan.workload.adequacy;
  // Half of what may lack is left for what comes between this and the injection.
  const share = (1 + acknowledgedShare) / 2;
  const needed = (share * plan.workload.writesPerSecond * windowMs) / 1000;
  let scheduledAtMs: number[] = [];
  const isKept = (): boolean => {
    const nowMs = run.clock.nowMs();
    scheduledAtMs = scheduledAtMs.filter((one) => one >= nowMs - windowMs);
    return scheduledAtMs.length >= needed;
  };
  const listening = ledger.subscribe((entry) => {
    if (entry.kind !== "operation" || entry.op === "get" || entry.outcome !== "acknowledged") return;
    if (!isFirstOfRequest(entry)) return;
    scheduledAtMs.push(entry.scheduledAtMs);
  });
  return {
    kept: async (withinMs) => {
      // Only an acknowledged write can bring it about.
      if (!isKept()) await awaitEntry(stage, withinMs, (entry) => entry.kind === "operation" && isKept());
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}
