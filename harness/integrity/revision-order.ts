/**
 * The order of the store's revisions in real time. Not its business: whether the drill lets revisions start again
 * (checks/revision-not-back.ts).
 */

/** A revision that a client was told. */
export interface ToldRevision {
  /** E.g. `operation 17`. */
  readonly what: string;
  readonly sentAtMs: number;
  readonly atMs: number;
  readonly revision: bigint;
  /** A put makes a revision of its own; a delete of a key that is not there is told the store's revision as it is. */
  readonly makesRevision: boolean;
}

/**
 * What is out of order, one sentence each: a write that was sent after another one's answer and is not of a later
 * revision, and puts that share a revision. Sorted once by answers and once by sendings, then swept: among the writes
 * that were answered before a sending only the one with the highest revision matters.
 */
export function outOfOrder(told: readonly ToldRevision[]): readonly string[] {
  const byAnswer = told.toSorted((a, b) => a.atMs - b.atMs);
  const found: string[] = [];
  let next = 0;
  let highest: ToldRevision | null = null;
  for (const one of told.toSorted((a, b) => a.sentAtMs - b.sentAtMs)) {
    for (let answered = byAnswer[next]; answered !== undefined && answered.atMs < one.sentAtMs;) {
      if (highest === null || answered.revision > highest.revision) highest = answered;
      answered = byAnswer[++next];
    }
    if (highest === null) continue;
    if (one.revision > highest.revision) continue;
    // Two puts of one revision are told of once, below; a delete may have been told the revision of any write.
    if (one.revision === highest.revision && (!one.makesRevision || highest.makesRevision)) continue;
    found.push(`${one.what} has revision ${one.revision}, and ${highest.what} before it had ${highest.revision}`);
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
  return [...sharers].map(
    ([revision, several]) => `${several.map((one) => one.what).join(" and ")} share revision ${revision}`,
  );
}
