/**
 * How a drill goes: with disaster.ts, where it begins, the only one that knows the order.
 * Not its business: judging. Everything seen and done goes to the ledger, and the verdict is made from that alone.
 */
import { DrillError, messageOf, type RunContext } from "../core/index.ts";
import type { OldData } from "../fault/index.ts";
import type { ControlPlan, LedgerFeed, PageKind, Recorder } from "../ledger/index.ts";
import type { Runbook } from "../runbook/index.ts";
import type { Substrate } from "../substrate/index.ts";
import type { Cluster } from "../system/index.ts";
import { awaitSteady } from "./convergence.ts";
import { convergeWithinMs } from "./course.ts";
import { meetDisaster, resumeDisaster } from "./disaster.ts";
import type { Drill, DrillSettings } from "./drill.ts";
import { takeForkPoint, type ForkPointTaking } from "./fork-point.ts";
import { endWhatWasHeldOpen } from "./held-open.ts";
import { tryOldData, type OldDataTrial } from "./old-data.ts";
import { readBack } from "./read-back.ts";
import { respond } from "./recover.ts";
import type { Fork } from "./resume.ts";
import { restartEveryMember } from "./rolling-restart.ts";
import { enterPhase } from "./stage.ts";

export interface RunDrillOptions {
  readonly run: RunContext;
  readonly ledger: Recorder & LedgerFeed;
  readonly openSubstrate: () => Promise<Substrate>;
  /** Path of each program that the system named. */
  readonly programs: Readonly<Record<string, string>>;
  /** Null where nobody acts. */
  readonly runbook: Runbook | null;
  readonly settings: DrillSettings;
  readonly control: ControlPlan;
  readonly page: PageKind;
  /** Called before teardown while the cluster is up; does not return while it is to be kept. Null: nothing is kept. */
  readonly keep: ((cluster: Cluster) => Promise<void>) | null;
  /** Whether and where this run takes a fork point when its disaster is detected; null: it takes none. */
  readonly forkPoint: ForkPointTaking | null;
  /** The broken cluster that it begins with; null: it makes and breaks its own. */
  readonly fork: Fork | null;
}

/**
 * Runs one drill from provisioning to teardown and records it. Never throws for what happens to the cluster; a failure of
 * the harness or an interruption is recorded as `trouble`. Whatever was started is stopped before it returns (law 9).
 */
export async function runDrill(drill: Drill, options: RunDrillOptions): Promise<void> {
  const { run, ledger } = options;
  try {
    await goThrough(drill, options);
  } catch (error) {
    for (const one of inOrder(error)) {
      const interrupted = run.signal.aborted || (one instanceof DrillError && one.code === "interrupted");
      const phase = one instanceof DrillError ? one.phase : "drill";
      const outcome = interrupted ? "interrupted" : "broken";
      ledger.record({ kind: "trouble", atMs: run.clock.nowMs(), outcome, phase, message: messageOf(one) });
    }
  }
  ledger.record({ kind: "end", atMs: run.clock.nowMs() });
  ledger.flush();
}

/** What went wrong, the first of it first: an error of the disposal hides the one that led to it, and says nothing itself. */
function inOrder(error: unknown): readonly unknown[] {
  return error instanceof SuppressedError ? [...inOrder(error.suppressed), ...inOrder(error.error)] : [error];
}

function oldDataTrial(oldData: OldData | null, { keep }: RunDrillOptions): OldDataTrial {
  if (keep !== null) return { kind: "none", because: "the cluster is kept as the page has left it" };
  return oldData ?? { kind: "none", because: "the fault leaves no data of a lost member" };
}

async function goThrough(drill: Drill, options: RunDrillOptions): Promise<void> {
  const { settings, control, runbook, fork } = options;
  await using live = new AsyncDisposableStack();
  const disaster =
    fork === null ? await meetDisaster(drill, options, live) : await resumeDisaster(drill, options, fork, live);
  if (disaster === null) return;
  const { stage } = disaster;

  if (disaster.alerted && options.forkPoint !== null) await takeForkPoint(stage, disaster, options.forkPoint);
  await using recovery =
    runbook === null || !disaster.alerted ? null : await respond(stage, runbook, disaster.prepared);

  enterPhase(stage, "convergence");
  await disaster.fault.ended();
  const withinMs = convergeWithinMs(settings, control);
  const recovered = await awaitSteady(stage, { withinMs, holdForMs: settings.holdForMs });
  await recovery?.[Symbol.asyncDispose]();

  enterPhase(stage, "read-back");
  await disaster.workload.stop();
  await readBack(stage, "after-convergence");
  await disaster.bystander?.end();
  await endWhatWasHeldOpen(stage, disaster.clients, recovered.steady);

  let survived = false;
  if (recovered.steady) {
    enterPhase(stage, "rolling-restart");
    survived = await restartEveryMember(stage);
    await readBack(stage, "after-restart");
  }

  await disaster.probes[Symbol.asyncDispose]();
  await disaster.logs[Symbol.asyncDispose]();
  if (survived) await tryOldData(stage, oldDataTrial(disaster.fault.oldData, options));
  await options.keep?.(stage.cluster);
}
