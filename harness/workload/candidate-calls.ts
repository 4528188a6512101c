/** The calls of one candidate for Lease objects: to one server at a time, each one attempt, and recorded. */
import type { RunContext } from "../core/index.ts";
import { wasServed, type LeaseObjectEntry, type Recorder } from "../ledger/index.ts";
import type { Cluster, FoundLeaseObject, LeaseObject, LeaseObjectAttempt, LeaseObjectClient } from "../system/index.ts";
import { endpointOf, endpointsOf } from "./endpoints.ts";

export interface CallerOptions {
  readonly cluster: Cluster;
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** Deadline of one call. */
  readonly timeoutMs: number;
}

/** One candidate's way to the servers that it knows. */
export interface Caller {
  /** Its name in what it holds. */
  readonly candidate: string;
  write(
    act: "acquire" | "renew" | "release",
    name: string,
    object: Omit<LeaseObject, "renewedAtUnixMs">,
    over: FoundLeaseObject | null,
  ): Promise<LeaseObjectAttempt>;
  read(name: string): Promise<LeaseObjectAttempt>;
  close(): Promise<void>;
}

/** The candidate of a member; null on a system without Lease objects. */
export function callerAt(own: string, { cluster, recorder, run, timeoutMs }: CallerOptions): Caller | null {
  const open = cluster.openLeaseObjectClient;
  if (open === null) return null;
  const candidate = `candidate-${own}`;
  const nodes = endpointsOf(cluster, own);
  const clients = new Map(nodes.map((node) => [node, open(node, { timeoutMs })]));
  const endpoint = endpointOf(nodes);
  // Read once: the drill's own clock goes on from there.
  const zeroUnixMs = Date.now() - run.clock.nowMs();
  const recorded = async (
    told: Pick<LeaseObjectEntry, "act" | "name"> & Partial<LeaseObjectEntry>,
    call: (client: LeaseObjectClient) => Promise<LeaseObjectAttempt>,
  ): Promise<LeaseObjectAttempt> => {
    const node = endpoint.current();
    const client = clients.get(node);
    if (client === undefined) throw new RangeError(`no client for Lease objects was opened for ${node}`);
    const sentAtMs = run.clock.nowMs();
    const attempt = await call(client);
    const { found, outcome, reason } = attempt;
    if (!wasServed(attempt)) endpoint.gaveNothing(node);
    const { holder = null, renewedAtUnixMs = null, revision = null, term = null } = found ?? {};
    const says = { holder, term, renewedAtUnixMs, ttlMs: null, ...told, revision };
    recorder.record({
      kind: "lease-object",
      atMs: run.clock.nowMs(),
      sentAtMs,
      candidate,
      node,
      outcome,
      reason,
      ...says,
    });
    return attempt;
  };
  return {
    candidate,
    write: async (act, name, object, over) => {
      const written = { ...object, renewedAtUnixMs: Math.round(zeroUnixMs + run.clock.nowMs()) };
      return recorded({ act, name, ...written }, async (client) => client.write(name, written, over));
    },
    read: async (name) => recorded({ act: "read", name }, async (client) => client.read(name)),
    close: async () => {
      await Promise.all([...clients.values()].map(async (client) => client[Symbol.asyncDispose]()));
    },
  };
}
