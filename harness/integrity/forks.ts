/**
 * What forks do in a record, and whether it is only that: machines stand still while they are copied, and at a seam what ran
 * is started again. Anything else in their name would be the harness healing (law 2).
 */
import type { ForkOrigin, LedgerEntry, ProcessEntry, SeamEntry } from "../ledger/index.ts";
import type { ForkResult } from "./result.ts";

/** The starts and signals that belong to a copy or to a seam. */
export function actsOfForks(entries: readonly LedgerEntry[]): ReadonlySet<ProcessEntry> {
  const found = new Set<ProcessEntry>();
  let inside: "copy" | "seam" | null = null;
  for (const entry of entries) {
    if (entry.kind === "fork-point") inside = entry.event === "taking" ? "copy" : null;
    else if (entry.kind === "seam") inside = entry.event === "begins" ? "seam" : null;
    else if (entry.kind === "process" && entry.actor === "fork") {
      const { event, signal } = entry;
      const stands = event === "signalled" && (signal === "SIGSTOP" || signal === "SIGCONT");
      if ((inside === "copy" && stands) || (inside === "seam" && event === "started")) found.add(entry);
    }
  }
  return found;
}

/** What shows that a seam is not one, a sentence each: what happened on both sides of it, or started what did not run. */
export function seamFlaws(entries: readonly LedgerEntry[]): readonly string[] {
  const begin = entries.findIndex((one) => one.kind === "seam" && one.event === "begins");
  if (begin < 0) {
    return entries.some((one) => one.kind === "seam") ? ["a seam ends that never began"] : [];
  }
  const atMs = entries[begin]?.atMs ?? 0;
  const ran = runningAfter(entries.slice(0, begin));
  const flaws: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if (index < begin ? entry.atMs > atMs : entry.atMs < atMs) {
      flaws.push(`${entry.kind} at ${entry.atMs} ms stands on the wrong side of the seam at ${atMs} ms`);
    }
    if (index < begin || entry.kind !== "process" || entry.actor !== "fork") continue;
    const name = nameOf(entry);
    if (!ran.has(name))
      flaws.push(
        `the fork ${entry.event === "started" ? "started" : "ended"} ${name}, which did not run at its fork point`,
      );
  }
  return flaws;
}

function runningAfter(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  const running = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== "process") continue;
    if (entry.event === "started") running.add(nameOf(entry));
    else if (entry.event === "exited") running.delete(nameOf(entry));
  }
  return running;
}

function nameOf({ node, process }: ProcessEntry): string {
  return `${node}/${process}`;
}

/** What a fork began with, as its header and its seam say. */
export function forkResult({ runId, atMs }: ForkOrigin, seams: readonly SeamEntry[]): ForkResult {
  const begin = seams.find(({ event }) => event === "begins");
  const end = seams.find(({ event }) => event === "ends");
  return { runId, atMs, restarted: begin?.processes ?? [], backAfterMs: end === undefined ? null : end.atMs - atMs };
}
