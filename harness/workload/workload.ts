/**
 * The recording workload: clients that write and read on a fixed schedule, whatever the cluster does.
 *
 * An open model: the schedule is the clock's, not the server's, so a stalled server neither slows the writes down nor
 * hides its latency. Each client is pinned to one member (but see endpoints.ts). One operation is one attempt; nothing is retried.
 */
import { DrillError, endsWithin, formatMs, type Random, type RunContext } from "../core/index.ts";
import {
  wasServed,
  type LedgerEntry,
  type OperationEntry,
  type Recorder,
  type StorePlan,
  type WorkloadPlan,
} from "../ledger/index.ts";
import {
  hashValue,
  type Attempt,
  type Cluster,
  type StoreClient,
  type StoreWrite,
  type TransactionAttempt,
} from "../system/index.ts";
import { endpointOf, endpointsOf, startingMembers, type Endpoint } from "./endpoints.ts";
import { clientKeys, type ClientKeys, type PlannedRequest } from "./keys.ts";
import { stoppingOnce } from "./stopping-once.ts";

/** Bytes of a value: that of a small object, and enough to make every value differ. */
const VALUE_BYTES = 128;

/** More operations under way than this cannot come from the schedule and its deadline; ticks beyond are counted, not sent. */
const MAX_IN_FLIGHT = 20_000;

/** What has a time-out ends milliseconds after it; on a loaded machine within seconds. So does closing a connection. */
const ENDS_WITHIN_MS = 5000;

export interface WorkloadOptions {
  readonly cluster: Cluster;
  readonly plan: WorkloadPlan;
  /** What the store lacks is not asked of it. */
  readonly store: StorePlan;
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** What was recorded before, from which it goes on; left out: nothing. */
  readonly record?: readonly LedgerEntry[];
}

/** A running workload. Disposing it stops it. */
export interface Workload extends AsyncDisposable {
  /**
   * Ends the schedule, waits until every operation is answered or given up, closes the connections and records its own
   * count. The second call does nothing.
   * @throws the first defect; DrillError `harness` when an operation does not end, or a connection cannot be closed:
   * the count is then not recorded, and whoever waits would hang with it.
   */
  stop(): Promise<void>;
  /** The operations that are under way, as they would stand on record if no answer ever came. */
  underWay(): readonly OperationEntry[];
}

interface WorkloadClient {
  readonly name: string;
  /** Its own member's. */
  readonly node: string;
  readonly endpoint: Endpoint;
  /** By the node that is asked. */
  readonly stores: ReadonlyMap<string, StoreClient>;
  readonly keys: ClientKeys;
}

/** Starts the clients, spread evenly over the members, at once. */
export function startWorkload(options: WorkloadOptions): Workload {
  const { plan, run, recorder } = options;
  const random = run.random.fork("workload");
  const before = (options.record ?? []).filter((entry) => entry.kind === "operation").sort((a, b) => a.id - b.id);
  const clients = openClients(options, random, before);
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();
  const unanswered = new Set<() => readonly OperationEntry[]>();
  let sent = (before.at(-1)?.id ?? -1) + 1;
  let skippedTicks = 0;
  /** The first operation that failed otherwise than an attempt may: a defect, or the ledger; kept for stop(). */
  let defect: { readonly error: unknown } | undefined;

  const noteAs = (
    client: WorkloadClient,
    request: Pick<OperationEntry, "atMs" | "node" | "scheduledAtMs" | "sentAtMs" | "transaction">,
    operation: Pick<OperationEntry, "id" | "op" | "key">,
    value: string | null,
    { outcome, revision, reason }: Pick<Attempt, "outcome" | "revision" | "reason">,
  ): OperationEntry => ({
    kind: "operation",
    atMs: request.atMs,
    id: operation.id,
    transaction: request.transaction,
    client: client.name,
    node: request.node,
    op: operation.op,
    key: operation.key,
    valueHash: value === null ? null : hashValue(value),
    scheduledAtMs: request.scheduledAtMs,
    sentAtMs: request.sentAtMs,
    outcome,
    revision,
    reason,
  });

  /** Sends, and knows meanwhile what would stand on record without an answer. */
  const awaiting = async <T>(withoutAnswer: () => readonly OperationEntry[], send: () => Promise<T>): Promise<T> => {
    unanswered.add(withoutAnswer);
    try {
      return await send();
    } finally {
      unanswered.delete(withoutAnswer);
    }
  };

  const read = async (client: WorkloadClient, key: string, scheduledAtMs: number): Promise<void> => {
    const operation = { id: sent++, op: "get", key } as const;
    const sentAtMs = run.clock.nowMs();
    const { node, store } = asked(client);
    const request = { node, atMs: sentAtMs, scheduledAtMs, sentAtMs, transaction: null };
    const attempt = await awaiting(
      () => [noteAs(client, request, operation, null, NO_ANSWER)],
      async () => store.get(key),
    );
    moveOn(client, node, attempt);
    recorder.record(noteAs(client, { ...request, atMs: run.clock.nowMs() }, operation, attempt.value, attempt));
  };

  /** Sends one write, or several as one transaction, and records what came of it. */
  const write = async (client: WorkloadClient, planned: PlannedRequest, scheduledAtMs: number): Promise<void> => {
    const writes = planned.writes.map(({ op, key }) => {
      const id = sent++;
      return { id, op, key, value: op === "put" ? valueOf(run.runId, id) : null };
    });
    const [first] = writes;
    if (first === undefined) return;
    const sentAtMs = run.clock.nowMs();
    const { node, store } = asked(client);
    const transaction = isTransaction(planned) ? first.id : null;
    const sending = { node, atMs: sentAtMs, scheduledAtMs, sentAtMs, transaction };
    const { attempt, found } = await awaiting(
      () => writes.map((one) => noteAs(client, sending, one, one.value, NO_ANSWER)),
      async () => attemptOf(store, planned, writes),
    );
    moveOn(client, node, attempt);
    // One answer for all its parts, so one instant.
    const request = { ...sending, atMs: run.clock.nowMs() };
    client.keys.settle(planned, attempt, found);
    for (const one of writes) recorder.record(noteAs(client, request, one, one.value, attempt));
    if (found === null || planned.onlyIf === null) return;
    const seen = { id: sent++, op: "get", key: planned.onlyIf.key } as const;
    recorder.record(noteAs(client, request, seen, found.value, found));
  };

  /** What one tick of the schedule does: a write or a read by the client whose turn it is. */
  const tick = (client: WorkloadClient, kind: "write" | "read", scheduledAtMs: number): void => {
    if (inFlight.size >= MAX_IN_FLIGHT) {
      skippedTicks++;
      return;
    }
    const key = kind === "read" ? keyToRead(client, clients, random) : null;
    if (kind === "read" && key === null) return;
    const operation =
      key === null ? write(client, client.keys.planWrite(), scheduledAtMs) : read(client, key, scheduledAtMs);
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

  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(schedules);
    const withinMs = plan.timeoutMs + ENDS_WITHIN_MS;
    const ended = await endsWithin(run.clock, Promise.allSettled(inFlight), withinMs);
    const closing = Promise.all(
      clients.flatMap((client) => [...client.stores.values()].map(async (store) => store[Symbol.asyncDispose]())),
    );
    const closed = await endsWithin(run.clock, closing, ENDS_WITHIN_MS);
    if (defect !== undefined) throw defect.error;
    if (!ended) {
      throw hangs(
        `${inFlight.size} operations of the workload were still under way ${formatMs(withinMs)} after the last one was sent: the client does not keep its time-out of ${formatMs(plan.timeoutMs)}, or tries again without end`,
      );
    }
    if (!closed) throw hangs(`the workload's connections could not be closed in ${formatMs(ENDS_WITHIN_MS)}`);
    recorder.record({ kind: "workload-stopped", atMs: run.clock.nowMs(), sent, skippedTicks });
  };
  return {
    ...stoppingOnce(stop),
    underWay: () => [...unanswered].flatMap((withoutAnswer) => withoutAnswer()),
  };
}

function hangs(message: string): DrillError {
  return new DrillError("harness", "workload", message);
}

/** What is known of an operation before it is answered. */
const NO_ANSWER = { outcome: "unknown", revision: null, reason: "no-answer" } as const;

function openClients(
  { cluster, plan, store }: WorkloadOptions,
  random: Random,
  before: readonly OperationEntry[],
): readonly WorkloadClient[] {
  const own = Map.groupBy(before, (entry) => entry.client);
  return Array.from({ length: plan.clients }, (_, index) => {
    const members = startingMembers(cluster);
    const node = members[index % members.length];
    if (node === undefined) throw new RangeError("a workload needs a cluster with at least one node");
    const name = `c${index + 1}`;
    const nodes = endpointsOf(cluster, node.name);
    return {
      name,
      node: node.name,
      endpoint: endpointOf(nodes),
      stores: new Map(nodes.map((one) => [one, cluster.openClient(one, { timeoutMs: plan.timeoutMs })])),
      keys: clientKeys(name, random.fork(name), { lacks: store.lacks, record: own.get(name) ?? [] }),
    };
  });
}

/** Where the client's next operation goes. */
function asked({ endpoint, stores }: WorkloadClient): { readonly node: string; readonly store: StoreClient } {
  const node = endpoint.current();
  const store = stores.get(node);
  if (store === undefined) throw new RangeError(`no client was opened for ${node}`);
  return { node, store };
}

function moveOn({ endpoint }: WorkloadClient, node: string, attempt: Attempt): void {
  if (!wasServed(attempt)) endpoint.gaveNothing(node);
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

function isTransaction({ writes, onlyIf }: PlannedRequest): boolean {
  return writes.length > 1 || onlyIf !== null;
}

async function attemptOf(
  store: StoreClient,
  planned: PlannedRequest,
  writes: readonly StoreWrite[],
): Promise<TransactionAttempt> {
  const [first] = writes;
  if (first === undefined || isTransaction(planned)) return store.transact({ writes, onlyIf: planned.onlyIf });
  const { key, value } = first;
  return { attempt: await (value === null ? store.delete(key) : store.put(key, value)), found: null };
}

/**
 * Reads of keys that another client writes, mostly through another member: only they can show a member that serves an old
 * state, since what a client reads through its own member that member has acknowledged itself.
 */
const FOREIGN_READ_SHARE = 0.6;

/** The key of a client's next read; null while there is nothing to read yet. */
function keyToRead(client: WorkloadClient, clients: readonly WorkloadClient[], random: Random): string | null {
  const others = random.next() < FOREIGN_READ_SHARE ? clients.filter((one) => one.node !== client.node) : [];
  const other = others[random.integer(others.length)];
  return other === undefined ? client.keys.planRead() : other.keys.planForeignRead();
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
