/**
 * Leases that clients hold across the fault: through each member one that is kept alive all the time, and one after the
 * other that is granted, given a key and left alone. Each call is one attempt and recorded, refusals too.
 * Not its business: whether they ended when they should (integrity/checks/leases-sane.ts).
 */
import type { Random, RunContext } from "../core/index.ts";
import type { LeaseEntry, LedgerEntry, Recorder } from "../ledger/index.ts";
import type { Attempt, Cluster, LeaseAttempt, LeaseClient } from "../system/index.ts";
import { endpointOf, endpointsOf, startingMembers, type Endpoint } from "./endpoints.ts";
import { heldBy, leftAlone, type Lease, type LeasesHeld } from "./lease-record.ts";
import { stoppingOnce } from "./stopping-once.ts";

/** Keys of leases begin with this; they are not in the workload's account. */
export const LEASE_PREFIX = "drillbook/lease/";

/** Longer than an election, shorter than an outage: the drill shows what becomes of it. */
const KEPT_TTL_MS = 5000;
/** As etcd's own client does: three times within the time to live. */
const KEEP_ALIVE_EVERY_MS = KEPT_TTL_MS / 3;
/** The least that etcd grants by default: one and a half election time-outs, rounded up to seconds. */
const ABANDONED_TTL_MS = 2000;
/**
 * Half as far apart as they live, so that at every instant, that of the fault too, one of them is in its time, though a busy member
 * needs up to half of that to grant it and to take its key.
 */
const ABANDON_EVERY_MS = ABANDONED_TTL_MS / 2;
/** When in its life one that was left alone is looked at: well before its end. */
const LOOK_AT_SHARE = 0.6;

export interface LeasesOptions {
  readonly cluster: Cluster;
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** Deadline of one call. */
  readonly timeoutMs: number;
  /** What was recorded before, from which they go on; left out: nothing. */
  readonly record?: readonly LedgerEntry[];
}

/** Running holders of leases. Disposing stops them. */
export interface LeaseHolders extends AsyncDisposable {
  /** Grants no more leases to leave alone; the kept ones are kept on. Resolves when no such call is under way. */
  stopAbandoning(): Promise<void>;
  /** Asks once after each lease that was left alone and is not known to be gone. @returns how many may still be there. */
  lookAtAbandoned(): Promise<number>;
  /** Ends the keep-alives. The second call does nothing. */
  stop(): Promise<void>;
}

/** Starts the holders, at once. On a system without leases it records that there are none. */
export function startLeases(options: LeasesOptions): LeaseHolders {
  const { cluster, run, recorder, timeoutMs } = options;
  const open = cluster.openLeaseClient;
  if (open === null && cluster.openLeaseObjectClient === null) {
    const reason = "the system under recovery has no leases";
    recorder.record({ kind: "absent", atMs: run.clock.nowMs(), what: "leases", reason });
  }
  const clients = new Map(
    open === null ? [] : cluster.nodes.map(({ name }) => [name, open(name, { timeoutMs })] as const),
  );
  const owners = open === null ? [] : startingMembers(cluster).map(({ name }) => name);
  const stopping = new AbortController();
  const abandoning = new AbortController();
  const signal = AbortSignal.any([stopping.signal, run.signal]);
  const noMore = AbortSignal.any([abandoning.signal, signal]);
  const random = run.random.fork("leases");
  const before = (options.record ?? []).filter((entry) => entry.kind === "lease");
  const left = new Map(leftAlone(before).map((one) => [one.lease, one]));
  const callerOn = (own: string): Caller =>
    callerOf(options, own, { clients, endpoint: endpointOf(endpointsOf(cluster, own)) });
  const keepers = owners.map(async (name) =>
    keep(callerOn(name), run, random.fork(`kept-${name}`), signal, heldBy(before, "kept", name)),
  );
  const abandoners = owners.map(async (name, turn) => {
    const source = random.fork(`abandoned-${name}`);
    const { turn: granted } = heldBy(before, "abandoned", name);
    await abandon(callerOn(name), run, source, noMore, { left, turn, turns: owners.length, granted });
  });
  const holders = [...keepers, ...abandoners];
  // One can only fail by a defect or with the ledger; that is for stop() to tell and must not end the process before.
  for (const holder of holders) holder.catch(() => undefined);
  const stop = async (): Promise<void> => {
    stopping.abort();
    try {
      await Promise.all(holders);
    } finally {
      await Promise.all([...clients.values()].map(async (client) => client[Symbol.asyncDispose]()));
    }
  };
  return {
    stopAbandoning: async () => {
      abandoning.abort();
      await Promise.all(abandoners);
    },
    lookAtAbandoned: async () => {
      const look = async (lease: Lease): Promise<void> => {
        for (const name of clients.keys()) {
          const { alive } = await callerOf(options, name, { clients, endpoint: endpointOf([name]) }).look(lease);
          if (alive === false) left.delete(lease.lease);
          // The leader answers for all of them: one answer is enough.
          if (alive !== null) break;
        }
      };
      await Promise.all([...left.values()].map(look));
      return left.size;
    },
    ...stoppingOnce(stop),
  };
}

interface Caller {
  readonly node: string;
  grant(lease: Lease, ttlMs: number): Promise<LeaseAttempt>;
  attach(lease: Lease): Promise<Attempt>;
  keepAlive(lease: Lease): Promise<LeaseAttempt>;
  look(lease: Lease): Promise<LeaseAttempt>;
}

interface Asking {
  /** By node. */
  readonly clients: ReadonlyMap<string, LeaseClient>;
  readonly endpoint: Endpoint;
}

/** Calls one member at a time and records what came of it. `own`: the node whose holder it is. */
function callerOf({ run, recorder }: LeasesOptions, own: string, { clients, endpoint }: Asking): Caller {
  const recorded = async <A extends LeaseAttempt | Attempt>(
    act: LeaseEntry["act"],
    lease: Lease,
    call: (client: LeaseClient) => Promise<A>,
  ): Promise<A> => {
    const node = endpoint.current();
    const client = clients.get(node);
    if (client === undefined) throw new RangeError(`no client for leases was opened for ${node}`);
    const sentAtMs = run.clock.nowMs();
    const answer = await call(client);
    const { outcome, revision, reason } = answer;
    if (outcome !== "acknowledged") endpoint.gaveNothing(node);
    const said = "alive" in answer ? { alive: answer.alive, ttlMs: answer.ttlMs } : { alive: null, ttlMs: null };
    const atMs = run.clock.nowMs();
    recorder.record({ kind: "lease", atMs, sentAtMs, act, ...lease, node, outcome, ...said, revision, reason });
    return answer;
  };
  return {
    node: own,
    grant: async (lease, ttlMs) => recorded("grant", lease, async (client) => client.grant(lease.lease, ttlMs)),
    attach: async (lease) =>
      recorded("attach", lease, async (client) => client.attach(lease.lease, lease.key, run.runId)),
    keepAlive: async (lease) => recorded("keep-alive", lease, async (client) => client.keepAlive(lease.lease)),
    look: async (lease) => recorded("look", lease, async (client) => client.timeToLive(lease.lease)),
  };
}

/** Keeps one lease alive; grants another when it is told that it is gone, as a session's owner does. */
async function keep(
  caller: Caller,
  run: RunContext,
  random: Random,
  signal: AbortSignal,
  before: LeasesHeld,
): Promise<void> {
  let { held } = before;
  for (let { turn } = before; !signal.aborted; turn++) {
    if (held === null) {
      const lease = leaseOf("kept", caller.node, turn, random);
      if ((await caller.grant(lease, KEPT_TTL_MS)).alive === true) held = lease;
      if (held !== null) await caller.attach(held);
    } else if ((await caller.keepAlive(held)).alive === false) held = null;
    await pause(run, KEEP_ALIVE_EVERY_MS, signal);
  }
}

interface Abandoning {
  readonly left: Map<string, Lease>;
  readonly turn: number;
  readonly turns: number;
  /** How many it has granted before. */
  readonly granted: number;
}

/**
 * Grants one lease after the other and leaves it alone but for one look. The members take turns, each at instants of its own that
 * no slow call moves: else the turns drift together, and leave a time without a lease. A turn that is over is left out.
 */
async function abandon(
  caller: Caller,
  run: RunContext,
  random: Random,
  signal: AbortSignal,
  { left, turn: first, turns, granted }: Abandoning,
): Promise<void> {
  const firstAtMs = run.clock.nowMs() + first * ABANDON_EVERY_MS;
  const cycleMs = turns * ABANDON_EVERY_MS;
  await pause(run, firstAtMs - run.clock.nowMs(), signal);
  for (let turn = granted; !signal.aborted; turn++) {
    const lease = leaseOf("abandoned", caller.node, turn, random);
    const { outcome, ttlMs } = await caller.grant(lease, ABANDONED_TTL_MS);
    if (outcome !== "refused") left.set(lease.lease, lease);
    if (outcome === "acknowledged") {
      await caller.attach(lease);
      await pause(run, (ttlMs ?? 0) * LOOK_AT_SHARE, signal);
      if (!signal.aborted && (await caller.look(lease)).alive === false) left.delete(lease.lease);
    }
    const spentMs = run.clock.nowMs() - firstAtMs;
    await pause(run, cycleMs - (spentMs % cycleMs), signal);
  }
}

function leaseOf(purpose: Lease["purpose"], node: string, turn: number, random: Random): Lease {
  const half = 2 ** 31;
  const lease = String(BigInt(random.integer(half)) * BigInt(half) + BigInt(random.integer(half)) + 1n);
  return { lease, purpose, key: `${LEASE_PREFIX}${purpose}/${node}/${turn}` };
}

async function pause(run: RunContext, ms: number, signal: AbortSignal): Promise<void> {
  await run.clock.sleep(ms, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
