/**
 * What each client writes: new keys, overwrites and deletes, so that every key has one writer and its operations follow
 * each other. That is what lets the account say for each key exactly what must be there.
 * Not its business: sending.
 */
import type { Random } from "../core/index.ts";
import type { OperationOutcome } from "../ledger/index.ts";

/** Keys of the workload begin with this; probes, fences and witnesses use other prefixes and are not in the account. */
export const WORKLOAD_PREFIX = "drillbook/key/";

/** Shares of the writes. New keys dominate, because a key that was written once and lost is the plainest loss. */
const OVERWRITE_SHARE = 0.3;
const DELETE_SHARE = 0.1;

/** A write that is about to be sent. */
export interface PlannedWrite {
  readonly op: "put" | "delete";
  readonly key: string;
}

/** The keys that one client owns. */
export interface ClientKeys {
  /** Chooses the next write and takes its key out of use until `settle`. */
  planWrite(): PlannedWrite;
  /** A key to read, of those that this client has written; null before its first write. */
  planRead(): string | null;
  /** Gives the key of a finished write free again, unless its fate is unknown: then it is never used again (law 6). */
  settle(write: PlannedWrite, outcome: OperationOutcome): void;
}

/** The keys of one client, empty at first. */
export function clientKeys(client: string, random: Random): ClientKeys {
  /** Keys with no write under way and none of unknown fate. */
  const idle: string[] = [];
  let created = 0;

  const takeIdle = (): string | undefined => {
    const index = random.integer(idle.length);
    const key = idle[index];
    const last = idle.pop();
    if (last !== undefined && index < idle.length) idle[index] = last;
    return key;
  };

  return {
    planWrite: () => {
      const draw = random.next();
      const reused = draw < OVERWRITE_SHARE + DELETE_SHARE ? takeIdle() : undefined;
      if (reused !== undefined) return { op: draw < DELETE_SHARE ? "delete" : "put", key: reused };
      return { op: "put", key: `${WORKLOAD_PREFIX}${client}/${String(created++).padStart(7, "0")}` };
    },
    planRead: () => idle[random.integer(idle.length)] ?? null,
    settle: (write, outcome) => {
      if (outcome !== "unknown") idle.push(write.key);
    },
  };
}
