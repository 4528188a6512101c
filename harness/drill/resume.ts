/**
 * The beginning of a fork: the machines of a broken cluster are taken up again, what ran on them is started, and clients go on
 * where their record ends. What that adds to the disaster is in docs/architecture.md, section "Forks".
 */
import { DrillError, formatMs } from "../core/index.ts";
import type { LedgerEntry, MemberView, ProcessEntry, Recorder } from "../ledger/index.ts";
import type { RoleBinding } from "../system/index.ts";
import { lostWatches } from "../workload/index.ts";
import type { ForkPoint } from "./fork-point.ts";
import type { InjectedFault } from "./inject.ts";
import type { Stage } from "./stage.ts";

/** What a fork begins with. */
export interface Fork {
  readonly point: ForkPoint;
  /** What its origin had recorded up to the instant; the fork's own ledger begins with the same. */
  readonly record: readonly LedgerEntry[];
  /** The run's clock stands at the instant until this is called. */
  goOn(): Promise<void>;
}

/** A member starts in less than a second, and elects within two; the rest is for a slow machine. */
const COME_UP_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;
const VIEW_TIMEOUT_MS = 500;

/** Lets the clock go on and records where the seam begins, with what it does to processes, operations and watches. */
export async function beginSeam(recorder: Recorder, { point, record, goOn }: Fork): Promise<void> {
  const { atMs } = point;
  await goOn();
  recorder.record({ kind: "seam", atMs, event: "begins", processes: processesOf(point) });
  for (const one of killed(record, point)) recorder.record(one);
  for (const one of point.underWay) recorder.record(one);
  for (const one of lostWatches(record, atMs)) recorder.record(one);
  recorder.flush();
}

/**
 * Starts again what ran at the fork point, waits until each member that answered then does so again, and knows a leader if it
 * did, and records the end of the seam.
 * @throws DrillError `environment` when one does not come up again: then the cluster is not that of the origin.
 */
export async function startAgain({ cluster, run, ledger }: Stage, { point, record }: Fork): Promise<void> {
  for (const { node, process } of point.machines.running) {
    const there = cluster.nodes.find(({ name }) => name === node);
    if (there === undefined) throw new RangeError(`there is no node ${node}`);
    await there.machine.start(process, "fork");
  }
  await comeUp({ cluster, run }, wanted(record, point));
  ledger.record({ kind: "seam", atMs: run.clock.nowMs(), event: "ends", processes: processesOf(point) });
}

function processesOf({ machines }: ForkPoint): readonly string[] {
  return machines.running.map(({ node, process }) => `${node}/${process}`);
}

/** What the origin had come to at the fork point. */
export function detectedBefore({ point, record }: Fork): {
  readonly fault: InjectedFault;
  readonly prepared: readonly RoleBinding[];
  readonly alerted: true;
} {
  const nothing = async (): Promise<void> => Promise.resolve();
  const prepared = record.flatMap((one): readonly RoleBinding[] =>
    one.kind === "role" && one.part === "preparation" ? [{ role: one.role, node: one.node, because: one.because }] : [],
  );
  const { oldData } = point;
  const fault = { oldData, ended: nothing, witnessed: nothing, pending: () => false, [Symbol.asyncDispose]: nothing };
  return { fault, prepared, alerted: true };
}

/** The ends of the processes that ran, as of a kill at the instant. */
function killed(record: readonly LedgerEntry[], { atMs, machines }: ForkPoint): readonly ProcessEntry[] {
  return machines.running.map(({ node, process }) => {
    const started = record.findLast(
      (one) => one.kind === "process" && one.event === "started" && one.node === node && one.process === process,
    );
    const pid = started?.kind === "process" ? started.pid : 0;
    const end = { actor: "fork", command: null, variables: null, exitCode: null, signal: "SIGKILL" } as const;
    return { kind: "process", atMs, event: "exited", node, process, pid, ...end };
  });
}

/** What was last seen of the members whose processes are started again, where they answered. */
function wanted(record: readonly LedgerEntry[], { machines }: ForkPoint): readonly MemberView[] {
  const nodes = new Set(machines.running.map(({ node }) => node));
  const probe = record.findLast((one) => one.kind === "cluster-probe");
  const views = probe?.kind === "cluster-probe" ? probe.views : [];
  return views.filter(({ answered, node }) => answered && nodes.has(node));
}

async function comeUp({ cluster, run }: Pick<Stage, "cluster" | "run">, before: readonly MemberView[]): Promise<void> {
  const untilMs = run.clock.nowMs() + COME_UP_WITHIN_MS;
  for (;;) {
    const views = await Promise.all(before.map(async ({ node }) => cluster.view(node, { timeoutMs: VIEW_TIMEOUT_MS })));
    const missing = before.filter(
      ({ leaderId }, index) =>
        views[index]?.answered !== true || (leaderId !== null && views[index]?.leaderId === null),
    );
    if (missing.length === 0) return;
    if (run.clock.nowMs() > untilMs) {
      const names = missing.map(({ node }) => node).join(", ");
      throw new DrillError(
        "environment",
        "fork",
        `${names}: killed and started again at the fork point, it is not back as it was after ${formatMs(COME_UP_WITHIN_MS)}; this broken cluster cannot be forked, so run the drill anew`,
      );
    }
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
  }
}
