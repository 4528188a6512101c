/**
 * Members that answer although their process has ended and nobody started one on record. Somebody did, past all that
 * records: the harness, the fault, or the page by hand.
 */
import type { LedgerEntry } from "../../ledger/index.ts";

/**
 * One sentence for each node: its first answer of that kind. Only a look that began after the last process of the node had
 * ended, and was over before another was started, says anything; a node without a process on record says nothing.
 */
export function answeredWithoutProcess(entries: readonly LedgerEntry[]): readonly string[] {
  /** The running processes of a node; since when there is none, where that is known. */
  const running = new Map<string, Set<number>>();
  const endedAtMs = new Map<string, number>();
  const found = new Map<string, string>();
  for (const entry of entries) {
    if (entry.kind === "process") {
      const pids = running.get(entry.node) ?? new Set<number>();
      running.set(entry.node, pids);
      if (entry.event === "started") pids.add(entry.pid);
      if (entry.event === "exited") pids.delete(entry.pid);
      if (pids.size > 0) endedAtMs.delete(entry.node);
      else if (entry.event === "exited") endedAtMs.set(entry.node, entry.atMs);
    }
    if (entry.kind !== "cluster-probe") continue;
    for (const { node, answered } of entry.views) {
      const sinceMs = endedAtMs.get(node);
      if (!answered || sinceMs === undefined || entry.sentAtMs <= sinceMs || found.has(node)) continue;
      found.set(
        node,
        `${node} answers at ${entry.atMs.toFixed(0)} ms, and its process had ended at ${sinceMs.toFixed(0)} ms`,
      );
    }
  }
  return [...found.values()];
}
