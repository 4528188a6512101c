/**
 * The order of the store's revisions in real time. Not its business: whether the drill lets revisions start again
 * (checks/revision-not-back.ts).
 */

import type { FenceEntry } from "../ledger/index.ts";
import type { WriteEntry } from "./key-histories.ts";
import type { Revision } from "./revision.ts";

/** A revision that a client was told. There may be a million of them, so that what is on record is not copied. */
export interface ToldRevision {
  readonly by: WriteEntry | FenceEntry;
  readonly revision: Revision;
  /** A put makes a revision of its own; a delete of a key that is not there is told the store's revision as it is. */
  readonly makesRevision: boolean;
}

/** A fence counts as sent when it is recorded: the workload is silent by then. */
export function sentAtMs({ by }: ToldRevision): number {
  return by.kind === "fence" ? by.atMs : by.sentAtMs;
}

/** The parts of a transaction share a revision, and are told of once. */
function nameOf({ by }: ToldRevision): string {
  if (by.kind === "fence") return `the fence ${by.pass}`;
  return by.transaction === null ? `operation ${by.id}` : `transaction ${by.id}`;
}

/**
 * What is out of order, one sentence each: a write that was sent after another one's answer and is not of a later
 * revision, and puts that share a revision. Sorted once by answers and once by sendings, then swept: among the writes
 * that were answered before a sending only the one with the highest revision matters.
 */
export function outOfOrder(told: readonly ToldRevision[]): readonly string[] {
  const byAnswer = told.toSorted((a, b) => a.by.atMs - b.by.atMs);
  const found: string[] = [];
  let next = 0;
  let highest: ToldRevision | null = null;
  for (const one of told.toSorted((a, b) => sentAtMs(a) - sentAtMs(b))) {
    for (let answered = byAnswer[next]; answered !== undefined && answered.by.atMs < sentAtMs(one);) {
      if (highest === null || answered.revision > highest.revision) highest = answered;
      answered = byAnswer[++next];
    }
    if (highest === null) continue;
    if (one.revision > highest.revision) continue;
    // Two puts of one revision are told of once, below; a delete may have been told the revision of any write.
    if (one.revision === highest.revision && (!one.makesRevision || highest.makesRevision)) continue;
    found.push(`${nameOf(one)} has revision ${one.revision}, and ${nameOf(highest)} before it had ${highest.revision}`);
  }
  return [...found, ...shared(told)];
}

function shared(told: readonly ToldRevision[]): readonly string[] {
  const makers = told.filter((one) => one.makesRevision);
  const inOrder = makers.toSorted((a, b) => (a.revision < b.revision ? -1 : a.revision > b.revision ? 1 : 0));
  const twice = new Set(
    inOrder.flatMap(({ revision }, index) => (inOrder[index + 1]?.revision === revision ? [revision] : [])),
  );
  const sharers = Map.groupBy(
    makers.filter(({ revision }) => twice.size > 0 && twice.has(revision)),
    ({ revision }) => revision,
  );
  return [...sharers].map(([revision, several]) => `${several.map(nameOf).join(" and ")} share revision ${revision}`);
}
