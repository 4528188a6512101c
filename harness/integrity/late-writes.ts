/**
 * Writes without an answer that may have taken effect only after the first fence: a request can wait in a process, and
 * nowhere else. Not its business: whether anything shows that they did (examine.ts, checks/restart-keeps-data.ts).
 */
import type { LedgerEntry } from "../ledger/index.ts";
import type { WriteEntry } from "./key-histories.ts";

/** A process of a node, from its start to its end; infinite where that is not on record. */
interface Life {
  readonly startMs: number;
  endMs: number;
}

/**
 * Those of unknown outcome that some process can have held back until the workload had stopped: it ran while the write was
 * under way, and it had not ended by then. Of a node without any process on record it is not known, so it counts as such.
 */
export function lateWrites(
  entries: readonly LedgerEntry[],
  nodes: readonly string[],
  writes: readonly WriteEntry[],
): ReadonlySet<WriteEntry> {
  const silentFromMs = entries.find((one) => one.kind === "workload-stopped" || one.kind === "fence")?.atMs;
  const unknown = writes.filter((one) => one.outcome === "unknown");
  if (silentFromMs === undefined) return new Set(unknown);
  const lives = livesOf(entries, nodes).filter((one) => one.endMs >= silentFromMs);
  const earliestStartMs = lives.reduce((earliest, one) => Math.min(earliest, one.startMs), Infinity);
  return new Set(unknown.filter((one) => one.atMs >= earliestStartMs));
}

function livesOf(entries: readonly LedgerEntry[], nodes: readonly string[]): readonly Life[] {
  const all: Life[] = [];
  const running = new Map<string, Life>();
  const known = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== "process" || entry.event === "signalled") continue;
    known.add(entry.node);
    const of = `${entry.node} ${entry.process} ${entry.pid}`;
    if (entry.event === "started") {
      const life = { startMs: entry.atMs, endMs: Infinity };
      running.set(of, life);
      all.push(life);
      continue;
    }
    const life = running.get(of);
    running.delete(of);
    if (life === undefined) all.push({ startMs: -Infinity, endMs: entry.atMs });
    else life.endMs = entry.atMs;
  }
  const unwatched = nodes.filter((node) => !known.has(node)).map(() => ({ startMs: -Infinity, endMs: Infinity }));
  return [...all, ...unwatched];
}
