/**
 * The workload's own count against the record. With an operation missing, a value that it wrote looks like one that nobody
 * wrote, and what it replaced looks lost: no account can be made.
 */
import type { LedgerEntry, OperationEntry, WorkloadStoppedEntry } from "../ledger/index.ts";

/** One sentence when the operations on record are not those that the workload says it sent; empty while it has not said it. */
export function missingOperations(entries: readonly LedgerEntry[]): readonly string[] {
  const stops: WorkloadStoppedEntry[] = [];
  const operations: OperationEntry[] = [];
  for (const entry of entries) {
    if (entry.kind === "operation") operations.push(entry);
    else if (entry.kind === "workload-stopped") stops.push(entry);
  }
  const [stopped, ...others] = stops;
  if (stopped === undefined) return [];
  return others.length === 0 && operations.length === stopped.sent && areConsecutive(operations)
    ? []
    : [`The workload says that it sent ${stopped.sent} operations, and ${operations.length} are on record.`];
}

/** Whether the ids are 0, 1, 2 and so on, in any order. */
function areConsecutive(operations: readonly OperationEntry[]): boolean {
  const seen = new Uint8Array(operations.length);
  for (const { id } of operations) {
    if (seen[id] !== 0) return false;
    seen[id] = 1;
  }
  return true;
}
