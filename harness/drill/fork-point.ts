/**
 * The fork point: the broken cluster of a run, copied at one instant with all that another recovery must know to begin there.
 * Not its business: beginning there (resume.ts), where the copy lies and who removes it (cli/).
 */
import { DrillError, messageOf } from "../core/index.ts";
import type { OldData } from "../fault/index.ts";
import type { ForkPointEntry, LedgerEntry, OperationEntry } from "../ledger/index.ts";
import type { MachinesCopy, Substrate } from "../substrate/index.ts";
import type { Probes } from "../system/index.ts";
import type { Workload } from "../workload/index.ts";
import { viewsOf } from "./views.ts";
import type { InjectedFault } from "./inject.ts";
import type { Stage } from "./stage.ts";

/** A broken cluster at one instant, beside the record up to it. Data only. */
export interface ForkPoint {
  /** The run that it was taken of. */
  readonly runId: string;
  readonly atMs: number;
  readonly machines: MachinesCopy;
  /** What the fault set aside of a lost member. */
  readonly oldData: OldData | null;
  /** Operations that were under way, as of unknown outcome. */
  readonly underWay: readonly OperationEntry[];
}

/** Of a record what its forks begin with: all but what was asked about its page, since theirs may be another. */
export function recordOfForks(record: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return record.filter(({ kind }) => kind !== "page-commands" && kind !== "program-said");
}

/** How a run is told to take a fork point. */
export interface ForkPointTaking {
  /** Absolute path of the folder for the copy of the machines. */
  readonly folder: string;
  /** Called at the instant, while all stands still: what is on record now is the record of every fork. */
  cut(): void;
  /** Called when it is taken. */
  taken(point: ForkPoint): void;
}

export interface BrokenCluster {
  readonly substrate: Substrate;
  readonly workload: Workload;
  readonly probes: Probes;
  readonly fault: InjectedFault;
}

/**
 * Takes the fork point, when the witness of the fault has looked, and records that it did, or why it could not: then there
 * are no forks, and the run goes on.
 * @throws the run's abort reason.
 */
export async function takeForkPoint(
  stage: Stage,
  { substrate, workload, probes, fault }: BrokenCluster,
  taking: ForkPointTaking,
): Promise<void> {
  const { run, ledger } = stage;
  const note = (event: ForkPointEntry["event"], what: Partial<ForkPointEntry> = {}): void =>
    ledger.record({
      kind: "fork-point",
      atMs: run.clock.nowMs(),
      event,
      processes: [],
      stoodStillMs: null,
      reason: null,
      ...what,
    });
  await fault.witnessed();
  run.signal.throwIfAborted();
  let atMs = 0;
  let underWay: readonly OperationEntry[] = [];
  note("taking");
  ledger.flush();
  try {
    if (fault.pending()) throw new DrillError("environment", "fork", "the fault is yet to end by itself");
    if (stage.cluster.bystander !== null)
      throw new DrillError("environment", "fork", "a fork goes on with one cluster, and there are two side by side");
    await refuseTheLeaderless(stage);
    const machines = await substrate.copyMachines(taking.folder, () => {
      // Else nobody would know whether the harness stood still right before.
      probes.noteLag();
      atMs = run.clock.nowMs();
      underWay = workload.underWay().map((one) => ({ ...one, atMs }));
      taking.cut();
    });
    const { running, stoodStillMs } = machines;
    note("taken", { processes: running.map(({ node, process }) => `${node}/${process}`), stoodStillMs });
    taking.taken({ runId: run.runId, atMs, machines, oldData: fault.oldData, underWay });
  } catch (error) {
    run.signal.throwIfAborted();
    note("not-taken", { reason: messageOf(error) });
  }
}

/**
 * A member that answers without a leader may not answer any more once it is started again: then nobody could look at it, and
 * the fork would be another disaster.
 */
async function refuseTheLeaderless(stage: Stage): Promise<void> {
  const because = stage.drill.system.silentWithoutLeader;
  if (because === null) return;
  const leaderless = (await viewsOf(stage)).filter(({ answered, leaderId }) => answered && leaderId === null);
  if (leaderless.length === 0) return;
  const names = leaderless.map(({ node }) => node).join(", ");
  throw new DrillError(
    "environment",
    "fork",
    `${names} answers and knows of no leader, and a fork starts it again: ${because}`,
  );
}
