/**
 * Candidates for Lease objects, one at each member: all of them contend for one Lease, which its holder renews, gives up after some time and
 * leaves to another; and each takes one after the other of its own and gives it up for good. They keep the rules of client-go's leader
 * election (tools/leaderelection), so that whoever breaks the promise is not them. Each call is one attempt and recorded.
 * Not its business: whether what they were told was kept (integrity/lease-object-faults.ts).
 */
import type { RunContext } from "../core/index.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import type { FoundLeaseObject } from "../system/index.ts";
import { callerAt, type Caller, type CallerOptions } from "./candidate-calls.ts";
import { startingMembers } from "./endpoints.ts";
import { stoppingOnce } from "./stopping-once.ts";

/** Names of these objects begin with this. */
export const LEASE_OBJECT_PREFIX = "drillbook.lease.";
/** The one for which all contend. */
const CONTENDED = `${LEASE_OBJECT_PREFIX}held`;

/**
 * Kubernetes' own components say 15 s and try every 2 s. Here several terms are to lie before the fault, and the next holder is to stand
 * within the hold of the convergence rule.
 */
const HELD_TTL_MS = 3000;
const TRY_EVERY_MS = 1000;
/** A term is so many renewals long when nobody disturbs it: three seconds, so that one ends before every fault. */
const RENEWALS_OF_A_TERM = 2;
/** Who gave it up leaves it to the others for so long. */
const STANDS_BACK_MS = 2 * TRY_EVERY_MS;
/** What is given up says one second, as in client-go, so that nobody waits. */
const GIVEN_UP_TTL_MS = 1000;
/** Each candidate; three of them give one up every second. */
const GIVES_UP_EVERY_MS = 3000;

export interface CandidatesOptions extends CallerOptions {
  /** What was recorded before; left out: nothing. Names count on from there. */
  readonly record?: readonly LedgerEntry[];
}

/** Running candidates. Disposing stops them. */
export interface Candidates extends AsyncDisposable {
  /** Resolves when no call is under way. The second call does nothing. */
  stop(): Promise<void>;
}

/** Starts them, at once; none on a system without Lease objects. */
export function startCandidates(options: CandidatesOptions): Candidates {
  const { cluster, run } = options;
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, run.signal]);
  const callers = startingMembers(cluster).flatMap(({ name }) => callerAt(name, options) ?? []);
  const running = callers.flatMap((caller, turn) => [
    contend(caller, run, signal),
    giveUp(caller, run, signal, { firstAfterMs: (turn * GIVES_UP_EVERY_MS) / callers.length, ...options }),
  ]);
  // One can only fail by a defect or with the ledger; that is for stop() to tell and must not end the process before.
  for (const one of running) one.catch(() => undefined);
  const stop = async (): Promise<void> => {
    stopping.abort();
    try {
      await Promise.all(running);
    } finally {
      await Promise.all(callers.map(async ({ close }) => close()));
    }
  };
  return stoppingOnce(stop);
}

/** Holds the contended Lease whenever it may. */
async function contend(caller: Caller, run: RunContext, signal: AbortSignal): Promise<void> {
  const { candidate } = caller;
  const holding = { holder: candidate, ttlMs: HELD_TTL_MS };
  /** As it was told last to hold it. */
  let held: FoundLeaseObject | null = null;
  let renewals = 0;
  let standsBackUntilMs = 0;
  /** Another's, and since when it has been seen unchanged. */
  let other: { readonly revision: string; readonly sinceMs: number } | null = null;

  const acquire = async (term: number, over: FoundLeaseObject | null): Promise<void> => {
    held = (await caller.write("acquire", CONTENDED, { ...holding, term }, over)).found;
    renewals = 0;
  };
  const keep = async (over: FoundLeaseObject): Promise<void> => {
    const term = over.term ?? 0;
    if (renewals < RENEWALS_OF_A_TERM) {
      renewals++;
      held = (await caller.write("renew", CONTENDED, { ...holding, term }, over)).found;
      return;
    }
    held = null;
    await caller.write("release", CONTENDED, { holder: null, term, ttlMs: GIVEN_UP_TTL_MS }, over);
    standsBackUntilMs = run.clock.nowMs() + STANDS_BACK_MS;
    renewals = 0;
  };
  const look = async (): Promise<void> => {
    const { found, outcome } = await caller.read(CONTENDED);
    if (outcome !== "acknowledged") return;
    const nowMs = run.clock.nowMs();
    if (found === null) await acquire(0, null);
    else if (found.holder === candidate) await keep(found);
    else if (found.holder === null) {
      if (nowMs >= standsBackUntilMs) await acquire((found.term ?? 0) + 1, found);
    } else if (other?.revision !== found.revision) other = { revision: found.revision, sinceMs: nowMs };
    else if (nowMs - other.sinceMs >= HELD_TTL_MS) await acquire((found.term ?? 0) + 1, found);
  };
  for (; !signal.aborted; await pause(run, TRY_EVERY_MS, signal)) {
    if (held === null) await look();
    else await keep(held);
  }
}

/** Takes one Lease after the other and gives each up at once, for good. */
async function giveUp(
  caller: Caller,
  run: RunContext,
  signal: AbortSignal,
  { firstAfterMs, record = [] }: { readonly firstAfterMs: number } & Pick<CandidatesOptions, "record">,
): Promise<void> {
  const { candidate } = caller;
  const prefix = `${LEASE_OBJECT_PREFIX}given-up.${candidate}.`;
  const before = record.filter((one) => one.kind === "lease-object" && one.name.startsWith(prefix));
  await pause(run, firstAfterMs, signal);
  for (let turn = before.length; !signal.aborted; turn++) {
    const name = prefix + turn;
    const { found } = await caller.write("acquire", name, { holder: candidate, term: 0, ttlMs: HELD_TTL_MS }, null);
    if (found !== null)
      await caller.write("release", name, { holder: null, term: found.term ?? 0, ttlMs: GIVEN_UP_TTL_MS }, found);
    await pause(run, GIVES_UP_EVERY_MS, signal);
  }
}

async function pause(run: RunContext, ms: number, signal: AbortSignal): Promise<void> {
  await run.clock.sleep(ms, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
