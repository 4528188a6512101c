/** What the phases of one drill share, and how they wait. */
import { DrillError } from "../core/index.ts";
import type { RunContext } from "../core/index.ts";
import type { JudgementPlan, LedgerEntry, LedgerFeed, Phase, Recorder } from "../ledger/index.ts";
import type { Cluster } from "../system/index.ts";
import type { Drill, DrillSettings } from "./drill.ts";

/** A drill on its cluster, between provisioning and teardown. */
export interface Stage {
  readonly drill: Drill;
  readonly settings: DrillSettings;
  readonly plan: JudgementPlan;
  readonly cluster: Cluster;
  readonly run: RunContext;
  readonly ledger: Recorder & LedgerFeed;
}

/** Records that a phase begins; on record before anything of it happens. */
export function enterPhase(stage: Pick<Stage, "run" | "ledger">, phase: Phase): void {
  stage.run.signal.throwIfAborted();
  stage.ledger.record({ kind: "phase", atMs: stage.run.clock.nowMs(), phase });
  stage.ledger.flush();
}

/**
 * Records that teardown begins, when it is disposed: also when the drill ends early, so that nobody takes the processes
 * that are stopped from then on for a part of the recovery.
 */
export function announcingTeardown(stage: Pick<Stage, "run" | "ledger">): Disposable {
  return {
    [Symbol.dispose]: () => stage.ledger.record({ kind: "phase", atMs: stage.run.clock.nowMs(), phase: "teardown" }),
  };
}

/**
 * Waits until `fulfilled` says so for the entries recorded from now on, or until `withinMs` is over.
 * @returns whether it was fulfilled in time.
 * @throws the run's abort reason.
 */
export async function awaitEntry(
  stage: Pick<Stage, "run" | "ledger">,
  withinMs: number,
  fulfilled: (entry: LedgerEntry) => boolean,
): Promise<boolean> {
  const waiting = new AbortController();
  let found = false;
  let thrown: unknown;
  using _subscription = stage.ledger.subscribe((entry) => {
    if (found || thrown !== undefined) return;
    try {
      found = fulfilled(entry);
    } catch (error) {
      thrown = error;
    }
    if (found || thrown !== undefined) waiting.abort();
  });
  try {
    await stage.run.clock.sleep(withinMs, AbortSignal.any([waiting.signal, stage.run.signal]));
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
  }
  stage.run.signal.throwIfAborted();
  if (thrown !== undefined) throw new DrillError("harness", "wait", "a waiting rule failed", { cause: thrown });
  return found;
}
