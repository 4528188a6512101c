/** What the signs of a fault's witness add up to (law 3). */
import type { WitnessEntry } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";
import type { FaultProof } from "./result.ts";

/** The proof, and what stands against it. */
export interface ProvenFault {
  readonly proof: FaultProof;
  /** The signs that are contradicted or not known, one sentence each; empty when confirmed. */
  readonly open: readonly string[];
}

/**
 * Weighs the witness's signs. Before: an observation that ended before the injection. After: one that was begun after the
 * injection and ended before the first step of the page began, since the page changes what there is to see, and before the
 * fault was ended, if it ends by itself. Of several the last that could see counts.
 */
export function proveFault(evidence: Evidence, signs: readonly string[]): ProvenFault {
  const { injectedAtMs, runbookStartedAtMs } = evidence.timeline;
  if (injectedAtMs === null) return { proof: "inconclusive", open: ["nothing was injected"] };
  if (signs.length === 0) return { proof: "inconclusive", open: ["the fault declares no sign"] };
  const stepsMs = evidence
    .all("step")
    .flatMap((step) => (step.startMs === null || step.part === "preparation" ? [] : [step.startMs]));
  const controlActsMs = evidence.all("process").find((entry) => entry.actor === "control")?.atMs ?? Infinity;
  const endsMs = evidence.all("fault").find((entry) => entry.event === "lifting")?.atMs ?? Infinity;
  const pageActsMs = Math.min(
    ...stepsMs,
    controlActsMs,
    endsMs,
    runbookStartedAtMs !== null && stepsMs.length === 0 ? runbookStartedAtMs : Infinity,
  );
  const contradicted: string[] = [];
  const unknown: string[] = [];
  for (const sign of signs) {
    const all = evidence.all("witness").filter((entry) => entry.sign === sign);
    const before = lastSeen(all.filter((entry) => entry.when === "before" && entry.atMs <= injectedAtMs));
    const after = lastSeen(
      all.filter((entry) => entry.when === "after" && entry.sentAtMs >= injectedAtMs && entry.atMs <= pageActsMs),
    );
    if (before === true) contradicted.push(`${sign}: seen before the injection`);
    if (after === false) contradicted.push(`${sign}: not there after the injection`);
    if (before === null) unknown.push(`${sign}: not looked for, or not to be seen, before the injection`);
    if (after === null)
      unknown.push(`${sign}: not looked for, or not to be seen, between the injection and the page or the fault's end`);
  }
  if (contradicted.length > 0) return { proof: "mismatch", open: [...contradicted, ...unknown] };
  return unknown.length > 0 ? { proof: "inconclusive", open: unknown } : { proof: "confirmed", open: [] };
}

function lastSeen(observations: readonly WitnessEntry[]): boolean | null {
  return observations.findLast((entry) => entry.seen !== null)?.seen ?? null;
}
