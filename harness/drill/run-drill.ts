/**
 * How a drill goes: the only file that knows the order.
 * Not its business: judging. Everything seen and done goes to the ledger, and the verdict is made from that alone.
 */
import { DrillError, messageOf, type RunContext } from "../core/index.ts";
import type { OldData } from "../fault/index.ts";
import type { ControlPlan, LedgerFeed, PageKind, Recorder } from "../ledger/index.ts";
import type { Runbook } from "../runbook/index.ts";
import type { Substrate } from "../substrate/index.ts";
import { startProbes, type Cluster } from "../system/index.ts";
import { startLeases, startWatchers, startWorkload } from "../workload/index.ts";
import { assertSteadyBefore, awaitSteady } from "./convergence.ts";
import { convergeWithinMs } from "./course.ts";
import type { Drill, DrillSettings } from "./drill.ts";
import { endWhatWasHeldOpen } from "./held-open.ts";
import { injectFault } from "./inject.ts";
import { watchLogs } from "./log-watch.ts";
import { tryOldData, type OldDataTrial } from "./old-data.ts";
import { commandsAreKnown } from "./preflight.ts";
import { judgementPlan } from "./plan.ts";
import { prepare } from "./preparation.ts";
import { readBack } from "./read-back.ts";
import { respond } from "./recover.ts";
import { restartEveryMember } from "./rolling-restart.ts";
import { announcingTeardown, enterPhase, type Stage } from "./stage.ts";

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
  const { run, ledger, programs, settings, control, runbook } = options;
  const plan = judgementPlan(drill, options);

  enterPhase(options, "preflight");
  if (!(await commandsAreKnown(drill, options))) return;

  enterPhase(options, "provision");
  await using substrate = await options.openSubstrate();
  await using cluster = await drill.system.provision({ substrate, run, recorder: ledger, programs });
  await using probes = startProbes({ cluster, plan, run, recorder: ledger });
  const stage: Stage = { drill, settings, plan, cluster, run, ledger };
  using _teardown = announcingTeardown(stage);
  await using logs = watchLogs(stage);

  enterPhase(stage, "steady-state");
  await assertSteadyBefore(stage);

  enterPhase(stage, "workload");
  await using watchers = startWatchers({ cluster, run, recorder: ledger });
  await using leases = startLeases({ cluster, run, recorder: ledger, timeoutMs: settings.operationTimeoutMs });
  await using workload = startWorkload({ cluster, plan: plan.workload, run, recorder: ledger });
  const prepared = await prepare(stage, runbook);
  // Without what the page prepares its disaster must not be injected: that its own preparation failed is on record.
  if (prepared === null) return;
  await run.clock.sleep(run.random.fork("injection").next() * settings.injectionJitterMs, run.signal);

  enterPhase(stage, "fault");
  await using fault = await injectFault(stage);

  await using recovery = runbook === null ? null : await respond(stage, runbook, prepared);

  enterPhase(stage, "convergence");
  await fault.ended();
  const withinMs = convergeWithinMs(settings, control);
  const recovered = await awaitSteady(stage, { withinMs, holdForMs: settings.holdForMs });
  await recovery?.[Symbol.asyncDispose]();

  enterPhase(stage, "read-back");
  await workload.stop();
  await readBack(stage, "after-convergence");
  await endWhatWasHeldOpen(stage, { watchers, leases }, recovered.steady);

  let survived = false;
  if (recovered.steady) {
    enterPhase(stage, "rolling-restart");
    survived = await restartEveryMember(stage);
    await readBack(stage, "after-restart");
  }

  await probes[Symbol.asyncDispose]();
  await logs[Symbol.asyncDispose]();
  if (survived) await tryOldData(stage, oldDataTrial(fault.oldData, options));
  await options.keep?.(cluster);
}
