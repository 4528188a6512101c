/** Since when one and the same leader is known to have led. Not its business: who should lead. */
import type { ClusterProbeEntry } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";

/**
 * The instant from which one leader, in one term, is seen to have led until `atMs`; null where that is not proven: a look
 * at the members that was begun no earlier than `atMs` must still tell of that leader. A leader of which the members do not
 * agree, or of which nobody knows, is none.
 * @returns the time of the answer that first told of it: it led by then at the latest.
 */
export function ledSince({ all }: Evidence, atMs: number): number | null {
  let leader: string | null = null;
  let sinceMs = 0;
  for (const probe of all("cluster-probe")) {
    const now = leaderOf(probe);
    if (now !== leader) sinceMs = probe.atMs;
    leader = now;
    if (probe.sentAtMs >= atMs) return leader !== null && sinceMs <= atMs ? sinceMs : null;
  }
  return null;
}

/** The leader and its term, as all tell who know of one. */
function leaderOf({ views }: ClusterProbeEntry): string | null {
  const told = new Set(views.flatMap((one) => (one.leaderId === null ? [] : [`${one.leaderId} ${one.term ?? ""}`])));
  const [leader = null] = told;
  return told.size === 1 ? leader : null;
}
