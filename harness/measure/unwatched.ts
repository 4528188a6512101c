/**
 * For how long nobody looked. A recovery interval is true by construction, however late the harness's loops were: its low
 * end is when a probe was sent that failed, its high end when an answer was seen, and a standstill between the two only
 * widens it. What a standstill can hide is a relapse between two looks; so this is what it is held against.
 */
import type { LedgerEntry } from "../ledger/index.ts";
import { provesNothing } from "./proves-nothing.ts";
import type { SteadyPlan } from "./steady.ts";

/** The longest stretch in which a stream of probes did not look, beyond the period at which it is meant to. */
export interface Unwatched {
  readonly longestMs: number;
  /** Whose stream it was: a node, or null for the looks at the whole cluster. */
  readonly node: string | null;
}

/** The longest such stretch of any stream between two instants. Probes that prove nothing are no looks. */
export function longestUnwatched(
  entries: readonly LedgerEntry[],
  plan: Pick<SteadyPlan, "serviceProbe" | "clusterProbe">,
  span: { readonly nodes: readonly string[]; readonly fromMs: number; readonly untilMs: number },
): Unwatched {
  const looks = new Map<string | null, number[]>([...span.nodes, null].map((node) => [node, []]));
  for (const entry of entries) {
    if (entry.kind !== "service-probe" && entry.kind !== "cluster-probe") continue;
    if (entry.sentAtMs < span.fromMs || entry.sentAtMs > span.untilMs || provesNothing(entry)) continue;
    looks.get(entry.kind === "service-probe" ? entry.node : null)?.push(entry.sentAtMs);
  }
  let longest: Unwatched = { longestMs: 0, node: null };
  for (const [node, sentAtMs] of looks) {
    const { periodMs } = node === null ? plan.clusterProbe : plan.serviceProbe;
    let lookedAtMs = span.fromMs;
    for (const nextMs of [...sentAtMs.sort((a, b) => a - b), span.untilMs]) {
      const missedMs = nextMs - lookedAtMs - periodMs;
      if (missedMs > longest.longestMs) longest = { longestMs: missedMs, node };
      lookedAtMs = nextMs;
    }
  }
  return longest;
}
