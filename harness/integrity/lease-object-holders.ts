/** Who held a Lease object: a term that was acknowledged to two, and two that held it at one instant by what each was told. */
import { isBeyondPoint, type Ground } from "./lease-object-faults.ts";
import { holdingsOf, type Holding, type LeaseObjectRecord, type LeaseObjectWrite } from "./lease-object-records.ts";
import { printable } from "./lost-keys.ts";

/** One term that was acknowledged to two. */
export interface SharedTerm {
  readonly name: string;
  readonly first: Holding;
  readonly second: Holding;
  /** The drill lets the first one's be lost, and the second was told so by what was recovered. */
  readonly byDesign: boolean;
}

/** Every term that several candidates were told that they hold it in: of each further holder the first time. */
export function sharedTerms(
  { name, writes }: LeaseObjectRecord,
  ground: Ground,
  mayGoBack: boolean,
): readonly SharedTerm[] {
  const beginsMs = ground.timeline.runbookStartedAtMs ?? Infinity;
  return [...Map.groupBy(holdingsOf({ writes }), (one) => one.term).values()].flatMap((told) => {
    const firsts = [...Map.groupBy(told, (one) => one.holder).values()].flatMap((own) => own[0] ?? []);
    const [first, ...others] = firsts;
    if (first === undefined) return [];
    return others.map((second) => {
      const earlier = told.filter((one) => one.holder !== second.holder && one.atMs <= second.atMs);
      const isGone = earlier.every((one) => isBeyondPoint(one, ground));
      return { name, first, second, byDesign: mayGoBack && second.sentAtMs >= beginsMs && isGone };
    });
  });
}

/** One of them on one line. */
export function describeSharedTerm({ byDesign, first, name, second }: SharedTerm): string {
  const beyond = byDesign ? ", since the first was lost after the recovery point" : "";
  return `${printable(name)}: term ${first.term} was acknowledged to ${first.holder} at revision ${first.revision} and to ${second.holder} at revision ${second.revision}${beyond}`;
}

/** Times at which a candidate was told that it holds what another one held by its last answer, in sentences; of each pair the first. */
export function heldByTwo({ name, writes }: LeaseObjectRecord, calls: readonly LeaveTaking[]): readonly string[] {
  const holdings = holdingsOf({ writes });
  const untilMs = holdings.map((one) => heldUntilMs(one, calls));
  const found = new Map<string, string>();
  for (const [at, one] of holdings.entries()) {
    for (let next = at + 1; next < holdings.length; next++) {
      const other = holdings[next];
      if (other === undefined || other.atMs >= (untilMs[at] ?? 0)) break;
      if (other.holder === one.holder || other.atMs >= (untilMs[next] ?? 0)) continue;
      const pair = `${one.holder} ${one.term} ${other.holder} ${other.term}`;
      if (!found.has(pair))
        found.set(
          pair,
          `${printable(name)}: ${other.holder} was told that it holds it in term ${other.term} while ${one.holder} held it in term ${one.term}`,
        );
    }
  }
  return [...found.values()];
}

/** A call before which its candidate does not rely on what it was told before. */
export type LeaveTaking = Pick<LeaseObjectWrite, "candidate" | "sentAtMs"> & { readonly act: string };

/** By its own word: until its time is over since the renewal was sent, or it gives it up, or looks who holds it. */
function heldUntilMs({ candidate, sentAtMs, ttlMs }: Holding, calls: readonly LeaveTaking[]): number {
  const leaves = calls.find(
    (one) => one.candidate === candidate && one.sentAtMs > sentAtMs && (one.act === "release" || one.act === "read"),
  );
  return Math.min(sentAtMs + ttlMs, leaves?.sentAtMs ?? Infinity);
}
