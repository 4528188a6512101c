/**
 * Recording watchers: one for each member, on the workload's keys, opened before the fault and held open across it.
 *
 * A watcher behaves as etcd's own client does (client/v3/watch.go): after a lost connection it opens again at the same
 * member, from the revision after the last one that it saw, and it never skips ahead by itself. Where the member says
 * that those revisions are gone, it begins again from now, as one does who then lists anew. Every attempt is recorded.
 * Not its business: whether what it was told is right (integrity/checks/watches-told.ts).
 */
import { endpointOf, endpointsOf, startingMembers } from "./endpoints.ts";
import type { RunContext } from "../core/index.ts";
import type { LedgerEntry, Recorder, WatchEvent } from "../ledger/index.ts";
import type { Cluster, WatchEnd, Watches } from "../system/index.ts";
import { WORKLOAD_PREFIX } from "./keys.ts";
import { revisionAfter, watcherAfter } from "./watcher-record.ts";
import { stoppingOnce } from "./stopping-once.ts";

/** Between two attempts. etcd's client waits up to 100 ms; a little longer keeps a long outage from filling the ledger. */
const REOPEN_AFTER_MS = 250;

/** A member that takes connections answers this in milliseconds; one that is stuck must not hold the watcher for good. */
const OPEN_WITHIN_MS = 2000;

/** Events that come closer together than this share an entry. */
const BATCH_MS = 100;

export interface WatchersOptions {
  readonly cluster: Cluster;
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** What was recorded before, from which they go on; left out: nothing. */
  readonly record?: readonly LedgerEntry[];
}

/** Running watchers. Disposing stops them. */
export interface Watchers extends AsyncDisposable {
  /** Ends the watches and records each watcher's own count. The second call does nothing. */
  stop(): Promise<void>;
}

/** Opens the watchers, at once. On a system without watches it records that there are none. */
export function startWatchers(options: WatchersOptions): Watchers {
  const { cluster, run, recorder } = options;
  const { watches } = cluster;
  if (watches === null) {
    const reason = "the system under recovery has no watches";
    recorder.record({ kind: "absent", atMs: run.clock.nowMs(), what: "watches", reason });
  }
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, run.signal]);
  const watchers =
    watches === null
      ? []
      : startingMembers(cluster).map(async ({ name }) => follow({ ...options, watches, node: name, signal }));
  // A watcher can only fail by a defect or with the ledger; that is for stop() to tell and must not end the process before.
  for (const watcher of watchers) watcher.catch(() => undefined);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(watchers);
  };
  return stoppingOnce(stop);
}

interface Following extends WatchersOptions {
  readonly watches: Watches;
  readonly node: string;
  readonly signal: AbortSignal;
}

/** One watcher: opens, listens, opens again, until it is told to stop. */
async function follow(following: Following): Promise<void> {
  const { cluster, node: own, recorder, run, signal } = following;
  const endpoint = endpointOf(endpointsOf(cluster, own));
  const watcher = `watcher-${own}`;
  let { attempts, events, fromRevision } = watcherAfter(following.record ?? [], watcher);
  while (!signal.aborted) {
    attempts++;
    const node = endpoint.current();
    const attempt = { watcher, node, attempt: attempts, fromRevision };
    const { end, nextRevision, delivered } = await listen(following, attempt);
    events += delivered;
    // One that was open goes on where it was; one that was turned away asks elsewhere, if it knows of anybody.
    if (end.kind === "not-opened") endpoint.gaveNothing(node);
    fromRevision = end.kind === "cancelled" && end.compactRevision !== null ? null : nextRevision;
    await run.clock.sleep(REOPEN_AFTER_MS, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  recorder.record({ kind: "watcher-stopped", atMs: run.clock.nowMs(), watcher, node: own, attempts, events });
}

interface WatchAttempt {
  readonly watcher: string;
  readonly node: string;
  readonly attempt: number;
  readonly fromRevision: string | null;
}

/** What one attempt came to; `nextRevision` is where the next one goes on. */
interface Heard {
  readonly end: WatchEnd;
  readonly nextRevision: string | null;
  readonly delivered: number;
}

async function listen({ watches, run, recorder, signal }: Following, attempt: WatchAttempt): Promise<Heard> {
  const { clock } = run;
  const { watcher, fromRevision } = attempt;
  const sentAtMs = clock.nowMs();
  const batch = batchOf((events, atMs) => {
    recorder.record({ kind: "watch-events", atMs, watcher, attempt: attempt.attempt, events });
  });
  let nextRevision = fromRevision;
  let delivered = 0;
  const messages = watches.open(attempt.node, {
    prefix: WORKLOAD_PREFIX,
    fromRevision,
    openWithinMs: OPEN_WITHIN_MS,
    signal,
  });
  for (;;) {
    const next = await messages.next();
    const atMs = clock.nowMs();
    if (next.done === true) {
      batch.flush();
      recordEnd(recorder, { ...attempt, atMs, sentAtMs, end: next.value });
      return { end: next.value, nextRevision, delivered };
    }
    if (next.value.kind === "created") {
      const { revision } = next.value;
      recorder.record({ kind: "watch-open", atMs, sentAtMs, ...attempt, opened: true, revision, reason: null });
      // Until the first event it goes on from the store's own revision, as etcd's client does: what was written between
      // that and the member's yes may not have been delivered yet.
      nextRevision ??= revision;
      continue;
    }
    const { events } = next.value;
    delivered += events.length;
    nextRevision = revisionAfter(events) ?? nextRevision;
    batch.add(events, atMs);
  }
}

function recordEnd(
  recorder: Recorder,
  ended: WatchAttempt & { readonly atMs: number; readonly sentAtMs: number; readonly end: WatchEnd },
): void {
  const { end, sentAtMs, fromRevision, node, ...common } = ended;
  if (end.kind === "not-opened") {
    const refusal = { opened: false, revision: null, reason: end.reason } as const;
    recorder.record({ kind: "watch-open", sentAtMs, fromRevision, node, ...common, ...refusal });
    return;
  }
  const reason = end.kind === "ended" ? null : end.reason;
  const compactRevision = end.kind === "cancelled" ? end.compactRevision : null;
  recorder.record({ kind: "watch-end", ...common, how: end.kind, compactRevision, reason });
}

interface Batch {
  add(events: readonly WatchEvent[], atMs: number): void;
  /** Hands on what is left. */
  flush(): void;
}

/** Gathers events that come close together. Nothing waits on a clock: what is left is handed on by the end of the watch. */
function batchOf(emit: (events: readonly WatchEvent[], atMs: number) => void): Batch {
  let gathered: WatchEvent[] = [];
  let firstAtMs = 0;
  let lastAtMs = 0;
  const flush = (): void => {
    if (gathered.length > 0) emit(gathered, lastAtMs);
    gathered = [];
  };
  return {
    flush,
    add: (events, atMs) => {
      if (gathered.length > 0 && atMs - firstAtMs >= BATCH_MS) flush();
      if (gathered.length === 0) firstAtMs = atMs;
      lastAtMs = atMs;
      gathered.push(...events);
    },
  };
}
