/**
 * What shows that a record was tampered with or put together of two: what happens once in a drill is in it more than once, or a role is
 * bound to a node that was never made. Such a record proves nothing, whatever its checks say. Not its business: entries that are missing (each check says
 * what it lacks).
 */
import type { LedgerEntry } from "../ledger/index.ts";
import { seamFlaws } from "./forks.ts";
import { nodeNames } from "../measure/index.ts";

/** The flaws, one sentence each; empty for a record that may be relied on. */
export function recordFlaws(entries: readonly LedgerEntry[]): readonly string[] {
  const times = new Map<string, number>();
  for (const entry of entries) {
    const once = onlyOnce(entry);
    if (once !== null) times.set(once, (times.get(once) ?? 0) + 1);
  }
  const doubled = [...times].flatMap(([what, count]) => (count > 1 ? [`${what} is on record ${count} times`] : []));
  const beside = entries.flatMap((entry) => (entry.kind === "bystander" ? [entry.entry] : []));
  const nodes = new Set([...nodeNames(entries), ...nodeNames(beside)]);
  // Without any node on record nobody knows which ones there were.
  const strange = entries.flatMap((entry) =>
    entry.kind === "role" && entry.node !== null && nodes.size > 0 && !nodes.has(entry.node)
      ? [`the role ${entry.role} is bound to ${entry.node}, a node that is not on record`]
      : [],
  );
  return [...doubled, ...strange, ...seamFlaws(entries)];
}

/** What happens once in a drill, in words; null for everything else. */
function onlyOnce(entry: LedgerEntry): string | null {
  switch (entry.kind) {
    case "fault":
      return entry.event === "lifting" || entry.event === "lifted" ? null : `"${entry.event}" of the fault`;
    case "runbook":
      return `that the ${entry.part === "recovery" ? "page" : "preparation"} ${entry.event}`;
    case "fork-point":
      return `"${entry.event}" of a fork point`;
    case "seam":
      return `that the seam of a fork ${entry.event}`;
    case "detection":
      return "the alert";
    case "role":
      return `the binding of the role ${entry.role}`;
    default:
      return null;
  }
}
