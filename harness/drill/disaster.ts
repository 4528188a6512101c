/**
 * How a disaster comes about: from nothing to the alert, or from another run's fork point. With run-drill.ts, which goes on
 * from here, it is all that knows the order.
 */
import type { LedgerEntry } from "../ledger/index.ts";
import { startProbes, type RoleBinding } from "../system/index.ts";
import { startCandidates, startLeases, startWatchers, startWorkload } from "../workload/index.ts";
import { watchBystander, type Bystander } from "./bystander.ts";
import { assertSteadyBefore } from "./convergence.ts";
import type { Drill } from "./drill.ts";
import type { BrokenCluster } from "./fork-point.ts";
import type { HeldOpen } from "./held-open.ts";
import { injectFault } from "./inject.ts";
import { watchLogs } from "./log-watch.ts";
import { watchPace } from "./pace.ts";
import { judgementPlan } from "./plan.ts";
import { commandsAreKnown } from "./preflight.ts";
import { prepare } from "./preparation.ts";
import { awaitAlert } from "./recover.ts";
import { beginSeam, detectedBefore, startAgain, type Fork } from "./resume.ts";
import type { RunDrillOptions } from "./run-drill.ts";
import { announcingTeardown, enterPhase, type Stage } from "./stage.ts";

/** A cluster that is broken, and everything that watches it. */
export interface Disaster extends BrokenCluster {
  readonly stage: Stage;
  readonly logs: AsyncDisposable;
  readonly clients: HeldOpen;
  /** Null: there is none. */
  readonly bystander: Bystander | null;
  /** The roles that the page's preparation has bound. */
  readonly prepared: readonly RoleBinding[];
  /** Whether somebody was alerted. */
  readonly alerted: boolean;
}

/**
 * From nothing to the alert.
 * @param live takes what is to be ended, in the reverse order.
 * @returns null when the page cannot work, or its own preparation failed: then there must be no disaster.
 */
export async function meetDisaster(
  drill: Drill,
  options: RunDrillOptions,
  live: AsyncDisposableStack,
): Promise<Disaster | null> {
  const { run, ledger, programs, settings, runbook } = options;
  const plan = judgementPlan(drill, options);

  enterPhase(options, "preflight");
  if (!(await commandsAreKnown(drill, options))) return null;

  enterPhase(options, "provision");
  const substrate = live.use(await options.openSubstrate());
  const cluster = live.use(await drill.system.provision({ substrate, run, recorder: ledger, programs }));
  const stage: Stage = { drill, settings, plan, cluster, run, ledger };
  const watching = watch(stage, live);
  const bystander = live.use(watchBystander(stage));

  enterPhase(stage, "steady-state");
  await Promise.all([assertSteadyBefore(stage), bystander?.steady()]);

  enterPhase(stage, "workload");
  bystander?.begin();
  const pace = live.use(watchPace(stage));
  const working = beginWork(stage, [], live);
  const prepared = await prepare(stage, runbook);
  if (prepared === null) return null;
  await run.clock.sleep(run.random.fork("injection").next() * settings.injectionJitterMs, run.signal);
  await pace.kept(settings.steadyWithinMs);

  enterPhase(stage, "fault");
  const fault = live.use(await injectFault(stage));
  const alerted = runbook !== null && (await awaitAlert(stage));
  return { stage, substrate, ...watching, ...working, bystander, fault, prepared, alerted };
}

/** The same instant of another run, from its fork point. */
export async function resumeDisaster(
  drill: Drill,
  options: RunDrillOptions,
  fork: Fork,
  live: AsyncDisposableStack,
): Promise<Disaster | null> {
  const { run, ledger, programs, settings } = options;
  const plan = judgementPlan(drill, options);
  // The page may be another one than the origin's. The clock stands still meanwhile.
  if (!(await commandsAreKnown(drill, options))) return null;
  const substrate = live.use(await options.openSubstrate());
  const cluster = live.use(await drill.system.reopen({ substrate, run, recorder: ledger, programs }));
  const stage: Stage = { drill, settings, plan, cluster, run, ledger };
  await beginSeam(ledger, fork);
  const watching = watch(stage, live);
  await startAgain(stage, fork);
  const working = beginWork(stage, fork.record.concat(fork.point.underWay), live);
  return { stage, substrate, ...watching, ...working, bystander: null, ...detectedBefore(fork) };
}

/** Begins to look at the cluster. */
function watch(stage: Stage, live: AsyncDisposableStack): Pick<Disaster, "probes" | "logs"> {
  const probes = live.use(startProbes({ ...stage, recorder: stage.ledger }));
  live.use(announcingTeardown(stage));
  return { probes, logs: live.use(watchLogs(stage)) };
}

/** Clients begin, or go on where a record ends. */
function beginWork(
  { cluster, plan, run, ledger: recorder, settings }: Stage,
  record: readonly LedgerEntry[],
  live: AsyncDisposableStack,
): Pick<Disaster, "clients" | "workload"> {
  const watchers = live.use(startWatchers({ cluster, run, recorder, record }));
  const leases = live.use(startLeases({ cluster, run, recorder, record, timeoutMs: settings.operationTimeoutMs }));
  const candidates = live.use(
    startCandidates({ cluster, run, recorder, record, timeoutMs: settings.operationTimeoutMs }),
  );
  const workload = live.use(startWorkload({ cluster, plan: plan.workload, store: plan.store, run, recorder, record }));
  return { clients: { watchers, leases, candidates }, workload };
}
