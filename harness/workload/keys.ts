/**
 * What each client writes: new keys, overwrites, deletes and transactions over several of its keys, so that every key has
 * one writer and its operations follow each other. That is what lets the account say for each key exactly what must be there.
 * Not its business: sending.
 */
import type { Random } from "../core/index.ts";
import type { OperationEntry, StoreLacks } from "../ledger/index.ts";
import type { Attempt, Transaction } from "../system/index.ts";

/** Keys of the workload begin with this; probes, fences and witnesses use other prefixes and are not in the account. */
export const WORKLOAD_PREFIX = "drillbook/key/";

/** Shares of the single writes. New keys dominate, because a key that was written once and lost is the plainest loss. */
const OVERWRITE_SHARE = 0.3;
const DELETE_SHARE = 0.1;

/** Shares of the requests: enough of each in the last second before a fault, while most writes stay single ones. */
const TRANSACTION_SHARE = 0.1;
const GUARDED_SHARE = 0.05;
/** Writes of one transaction: two or three, so that half of one can be told from a whole one. */
const LEAST_WRITES = 2;
const MOST_WRITES = 3;

/** Of the reads of a client's keys by others, those of the key that was answered last: where an old state shows at once. */
const NEWEST_SHARE = 0.5;

/** A write that is about to be sent. */
export interface PlannedWrite {
  readonly op: "put" | "delete";
  readonly key: string;
}

/** What is about to be sent at once: one write, or a transaction of several, or of one with a condition. */
export interface PlannedRequest {
  readonly writes: readonly PlannedWrite[];
  readonly onlyIf: Transaction["onlyIf"];
}

/** The keys that one client owns. */
export interface ClientKeys {
  /** Chooses what to write next and takes its keys out of use until `settle`. */
  planWrite(): PlannedRequest;
  /** A key that this client may read, of those that it has written; null before its first write. */
  planRead(): string | null;
  /** A key of this client for others to read, whatever is under way on it; null before its first answer. */
  planForeignRead(): string | null;
  /**
   * Gives the keys of a finished request free again, unless their fate is unknown: then they are never used again (law 6).
   * @param found what the key of the condition held, when the condition did not hold.
   */
  settle(request: PlannedRequest, attempt: Pick<Attempt, "outcome" | "revision">, found: Attempt | null): void;
}

export interface ClientKeysOptions {
  /** What must not be planned; left out: nothing. Where clients cannot delete, a key that was drawn for it is put again. */
  readonly lacks?: StoreLacks;
  /** Its operations so far, in the order of sending; left out: none; those that were not answered as `unknown`. */
  readonly record?: readonly OperationEntry[];
}

/** The keys of one client: none at first, or those of a record that ends, from which it goes on. */
export function clientKeys(
  client: string,
  random: Random,
  { lacks = {}, record = [] }: ClientKeysOptions = {},
): ClientKeys {
  /** Keys with no write under way and none of unknown fate. */
  const idle: string[] = [];
  /** The revision of the last acknowledged change of a key, `0` for a delete: what a condition may expect. */
  const revisions = new Map<string, string>();
  const settled: string[] = [];
  let created = 0;

  const takeIdle = (): string | undefined => {
    const index = random.integer(idle.length);
    const key = idle[index];
    const last = idle.pop();
    if (last !== undefined && index < idle.length) idle[index] = last;
    return key;
  };

  const planOne = (): PlannedWrite => {
    const draw = random.next();
    const reused = draw < OVERWRITE_SHARE + DELETE_SHARE ? takeIdle() : undefined;
    if (reused !== undefined)
      return { op: draw < DELETE_SHARE && lacks.deletes === undefined ? "delete" : "put", key: reused };
    return { op: "put", key: `${WORKLOAD_PREFIX}${client}/${String(created++).padStart(7, "0")}` };
  };

  /** As `settle` would have left it, one answer after the other. */
  const retrace = (): void => {
    const lastWrites = new Map<string, OperationEntry>();
    for (const one of record) {
      const { key, op, outcome, revision, transaction } = one;
      // A read that stands in a transaction tells what the key of its condition held.
      if (op === "get" && transaction === null) continue;
      if (op === "get") revisions.set(key, revision ?? "0");
      else {
        lastWrites.set(key, one);
        settled.push(key);
        if (outcome === "acknowledged" && revision !== null) revisions.set(key, op === "put" ? revision : "0");
      }
    }
    for (const [key, { outcome }] of lastWrites) if (outcome !== "unknown") idle.push(key);
    for (const key of lastWrites.keys()) created = Math.max(created, Number(key.slice(key.lastIndexOf("/") + 1)) + 1);
  };
  retrace();

  const planGuarded = (): PlannedRequest | null => {
    const key = takeIdle();
    if (key === undefined) return null;
    const revision = revisions.get(key);
    return { writes: [{ op: "put", key }], onlyIf: revision === undefined ? null : { key, revision } };
  };

  return {
    planWrite: () => {
      if (lacks.transactions !== undefined) return { writes: [planOne()], onlyIf: null };
      const draw = random.next();
      if (draw < TRANSACTION_SHARE) {
        const length = LEAST_WRITES + random.integer(MOST_WRITES - LEAST_WRITES + 1);
        return { writes: Array.from({ length }, planOne), onlyIf: null };
      }
      const guarded = draw < TRANSACTION_SHARE + GUARDED_SHARE ? planGuarded() : null;
      return guarded ?? { writes: [planOne()], onlyIf: null };
    },
    planRead: () => idle[random.integer(idle.length)] ?? null,
    planForeignRead: () => {
      const newest = random.next() < NEWEST_SHARE;
      return settled[newest ? settled.length - 1 : random.integer(settled.length)] ?? null;
    },
    settle: ({ writes }, { outcome, revision }, found) => {
      for (const { op, key } of writes) {
        settled.push(key);
        if (outcome !== "unknown") idle.push(key);
        if (outcome === "acknowledged" && revision !== null) revisions.set(key, op === "put" ? revision : "0");
        if (found !== null) revisions.set(key, found.revision ?? "0");
      }
    },
  };
}
