/**
 * The recording workload: clients that write and read on a fixed schedule, whatever the cluster does.
 *
 * An open model: the schedule is the clock's, not the server's, so a stalled server neither slows the writes down nor
 * hides its latency. Each client is pinned to one member. One operation is one attempt; nothing is retried.
 */
import type { Random, RunContext } from "../core/index.ts";
import type { OperationEntry, Recorder, WorkloadPlan } from "../ledger/index.ts";
import { hashValue, type Attempt, type Cluster, type StoreClient } from "../system/index.ts";
import { clientKeys, type ClientKeys, type PlannedWrite } from "./keys.ts";

/** Bytes of a value: that of a small object, and enough to make every value differ. */
const VALUE_BYTES = 128;

/** More operations under way than this cannot come from the schedule and its deadline; ticks beyond are counted, not sent. */
const MAX_IN_FLIGHT = 20_000;

export interface WorkloadOptions {
  readonly cluster: Cluster;
  readonly plan: WorkloadPlan;
  readonly run: RunContext;
  readonly recorder: Recorder;
}

/** A running workload. Disposing it stops it. */
export interface Workload extends AsyncDisposable {
  /**
   * Ends the schedule, waits until every operation is answered or given up, closes the connections and records its own
   * count. The second call does nothing.
   */
  stop(): Promise<void>;
}

interface WorkloadClient {
  readonly name: string;
  readonly node: string;
  readonly store: StoreClient;
  readonly keys: ClientKeys;
}

/** Starts the clients, spread evenly over the members, at once. */
export function startWorkload(options: WorkloadOptions): Workload {
  const { cluster, plan, run, recorder } = options;
  const random = run.random.fork("workload");
  const clients = openClients(cluster, plan, random);
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();
  let sent = 0;
  let skippedTicks = 0;
  /** The first operation that failed otherwise than an attempt may: a defect, or the ledger; kept for stop(). */
  let defect: { readonly error: unknown } | undefined;

  /** Sends one operation and records what came of it. */
  const perform = async (
    client: WorkloadClient,
    planned: PlannedWrite | string,
    scheduledAtMs: number,
  ): Promise<void> => {
    const id = sent++;
    const write = typeof planned === "string" ? null : planned;
    const value = write?.op === "put" ? valueOf(run.runId, id) : null;
    const key = typeof planned === "string" ? planned : planned.key;
    const sentAtMs = run.clock.nowMs();
    const attempt = await attemptOf(client.store, write, key, value);
    if (write !== null) client.keys.settle(write, attempt.outcome);
    const seen = value ?? attempt.value;
    const entry: OperationEntry = {
      kind: "operation",
      atMs: run.clock.nowMs(),
      id,
      client: client.name,
      node: client.node,
      op: write?.op ?? "get",
      key,
      valueHash: seen === null ? null : hashValue(seen),
      scheduledAtMs,
      sentAtMs,
      outcome: attempt.outcome,
      revision: attempt.revision,
      reason: attempt.reason,
    };
    recorder.record(entry);
  };

  /** What one tick of the schedule does: a write or a read by the client whose turn it is. */
  const tick = (client: WorkloadClient, kind: "write" | "read", scheduledAtMs: number): void => {
    if (inFlight.size >= MAX_IN_FLIGHT) {
      skippedTicks++;
      return;
    }
    const planned = kind === "write" ? client.keys.planWrite() : client.keys.planRead();
    if (planned === null) return;
    const operation = perform(client, planned, scheduledAtMs);
    inFlight.add(operation);
    void operation
      .finally(() => inFlight.delete(operation))
      .catch((error: unknown) => {
        defect ??= { error };
      });
  };

  const schedules = [
    runSchedule(
      plan.writesPerSecond,
      (turn, atMs) => tick(clientAt(clients, turn), "write", atMs),
      run,
      stopping.signal,
    ),
    runSchedule(plan.readsPerSecond, (turn, atMs) => tick(clientAt(clients, turn), "read", atMs), run, stopping.signal),
  ];
  // A schedule can only fail with the ledger; the failure is kept for stop() and must not end the process before.
  for (const schedule of schedules) schedule.catch(() => undefined);

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(schedules);
    await Promise.allSettled(inFlight);
    await Promise.all(clients.map(async (client) => client.store[Symbol.asyncDispose]()));
    if (defect !== undefined) throw defect.error;
    recorder.record({ kind: "workload-stopped", atMs: run.clock.nowMs(), sent, skippedTicks });
  };
  return {
    stop: async () => (stopped ??= stop()),
    [Symbol.asyncDispose]: async () => {
      // What stop() has told its caller already must not come a second time and hide it.
      if (stopped === undefined) await (stopped = stop());
      else await stopped.catch(() => undefined);
    },
  };
}

function openClients(cluster: Cluster, plan: WorkloadPlan, random: Random): readonly WorkloadClient[] {
  return Array.from({ length: plan.clients }, (_, index) => {
    const node = cluster.nodes[index % cluster.nodes.length];
    if (node === undefined) throw new RangeError("a workload needs a cluster with at least one node");
    const name = `c${index + 1}`;
    return {
      name,
      node: node.name,
      store: cluster.openClient(node.name, { timeoutMs: plan.timeoutMs }),
      keys: clientKeys(name, random.fork(name)),
    };
  });
}

/** Calls `due` for each tick of a fixed rate until aborted; ticks that are late are made up for, none is dropped. */
async function runSchedule(
  perSecond: number,
  due: (turn: number, scheduledAtMs: number) => void,
  run: RunContext,
  stopping: AbortSignal,
): Promise<void> {
  if (perSecond <= 0) return;
  const startMs = run.clock.nowMs();
  for (let turn = 0; !stopping.aborted; turn++) {
    const scheduledAtMs = startMs + (turn * 1000) / perSecond;
    try {
      await run.clock.sleep(scheduledAtMs - run.clock.nowMs(), stopping);
    } catch (error) {
      if (stopping.aborted) return;
      throw error;
    }
    due(turn, scheduledAtMs);
  }
}

async function attemptOf(
  store: StoreClient,
  write: PlannedWrite | null,
  key: string,
  value: string | null,
): Promise<Attempt> {
  if (write === null) return store.get(key);
  return value === null ? store.delete(key) : store.put(key, value);
}

function clientAt(clients: readonly WorkloadClient[], turn: number): WorkloadClient {
  const client = clients[turn % clients.length];
  if (client === undefined) throw new RangeError("a workload needs at least one client");
  return client;
}

/** A value that no other operation of any run writes, so that a value found later names the operation that wrote it. */
function valueOf(runId: string, operationId: number): string {
  return `${runId}/${operationId}/`.padEnd(VALUE_BYTES, ".");
}
