/**
 * The recorded history of the workload as histories of registers: one for each key that was read, and one for the keys of
 * each transaction, before the fault and after convergence. Between the two a recovery may lose what lies beyond its
 * recovery point, and no order over that border is promised.
 */
import type { OperationEntry } from "../../ledger/index.ts";
import type { Histories, WriteEntry } from "../key-histories.ts";
import { valuesRead, type RegisterHistory, type RegisterOperation, type RegisterWrite, type Value } from "./history.ts";

/** A part of the drill in which the store must be linearizable. */
export interface Epoch {
  readonly name: "before the fault" | "after convergence";
  readonly fromMs: number;
  readonly untilMs: number;
  /** What was sent from here on and acknowledged before the epoch must be there when it begins; older writes may be lost by design. */
  readonly knownFromMs: number;
}

/** The reads of an epoch by key: sent in it, and answered in it. */
export function readsOf(
  operations: readonly OperationEntry[],
  { fromMs, untilMs }: Epoch,
): ReadonlyMap<string, readonly OperationEntry[]> {
  return Map.groupBy(
    operations.filter(
      (one) => one.op === "get" && one.outcome === "acknowledged" && one.sentAtMs >= fromMs && one.atMs < untilMs,
    ),
    (one) => one.key,
  );
}

/** The history of some keys in an epoch. Leaving the other keys out leaves a linearizable history linearizable. */
export function historyOf(
  keys: readonly string[],
  reads: ReadonlyMap<string, readonly OperationEntry[]>,
  histories: Histories,
  epoch: Epoch,
): RegisterHistory {
  const initial = new Map<string, Value>();
  const found = keys.flatMap((key) => (reads.get(key) ?? []).map(readOperation));
  let isRead: ReturnType<typeof valuesRead> | undefined;
  const requests = new Map<number, { readonly write: WriteEntry; readonly writes: RegisterWrite[] }>();
  for (const key of keys) {
    for (const write of histories.byKey.get(key)?.writes ?? []) {
      if (write.sentAtMs >= epoch.untilMs) continue;
      if (write.outcome === "acknowledged" && write.atMs < epoch.fromMs) {
        // What an earlier one left is no longer what this key holds.
        initial.delete(key);
        if (write.sentAtMs >= epoch.knownFromMs) initial.set(key, write.valueHash);
        continue;
      }
      const request = requests.get(write.transaction ?? write.id);
      if (request === undefined) {
        requests.set(write.transaction ?? write.id, { write, writes: [{ key, value: write.valueHash }] });
      } else request.writes.push({ key, value: write.valueHash });
    }
  }
  const operations = [...requests.values()].flatMap(({ write, writes }) => {
    const answered = write.outcome === "acknowledged" && write.atMs < epoch.untilMs;
    // Without an answer, what nobody read need not have happened. A refused put that was read is told of elsewhere.
    const matters = answered || writes.some((isRead ??= valuesRead(found)));
    if (!matters || (write.outcome === "refused" && write.op === "delete")) return [];
    const returnMs = answered ? write.atMs : Infinity;
    return [
      { id: write.id, callMs: write.sentAtMs, returnMs, optional: !answered, act: { kind: "write", writes } } as const,
    ];
  });
  return { operations: [...operations, ...found], initial };
}

function readOperation({ id, key, valueHash, sentAtMs, atMs }: OperationEntry): RegisterOperation {
  return { id, callMs: sentAtMs, returnMs: atMs, optional: false, act: { kind: "read", key, value: valueHash } };
}
