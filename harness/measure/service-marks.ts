/** When clients first felt the fault, and when the first write was acknowledged again. */
import { wasServed, type GridPlan, type LedgerEntry } from "../ledger/index.ts";
import type { NodePlace } from "./member-nodes.ts";

/**
 * Send time of the first operation or service probe, sent after the injection, that was not served. That a spare refuses a probe is
 * no failure: it has no member.
 */
export function firstFailureAtMs(
  watched: readonly LedgerEntry[],
  injectedAtMs: number,
  places: readonly NodePlace[],
): number | null {
  const spares = new Set(places.flatMap(({ node, startsAs }) => (startsAs === "spare" ? [node] : [])));
  let firstMs: number | null = null;
  for (const entry of watched) {
    const failed =
      (entry.kind === "operation" && !wasServed(entry)) ||
      (entry.kind === "service-probe" && entry.ok === false && !spares.has(entry.node));
    if (!failed || entry.sentAtMs < injectedAtMs) continue;
    if (firstMs === null || entry.sentAtMs < firstMs) firstMs = entry.sentAtMs;
  }
  return firstMs;
}

/**
 * Answer time of the first acknowledged service probe after the service was gone: after no member had acknowledged one
 * for longer than a probe may take. Null when it was never gone, or never came back.
 */
export function firstServiceAtMs(
  entries: readonly LedgerEntry[],
  watched: readonly LedgerEntry[],
  injectedAtMs: number,
  grid: GridPlan,
): number | null {
  let servedAtMs = injectedAtMs;
  if (!entries.some((entry) => entry.kind === "service-probe" && entry.ok === true && entry.atMs <= injectedAtMs))
    return null;
  for (const entry of watched) {
    if (entry.kind !== "service-probe" || entry.ok !== true) continue;
    if (entry.atMs - servedAtMs > grid.timeoutMs && entry.sentAtMs > servedAtMs) return entry.atMs;
    servedAtMs = Math.max(servedAtMs, entry.atMs);
  }
  return null;
}
