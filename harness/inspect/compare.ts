/**
 * Which of several stores is the freshest, and what choosing another one would lose. "Freshest" is raft's own order, by which voters let a member
 * become leader: the higher term of the last entry, and within a term the longer log. What was committed cannot be known from a folder; the
 * freshest of a majority has all of it. Pure.
 */
import { agreementOf } from "./agreement.ts";
import { lossOf, type Loss } from "./loss.ts";
import { contradictionOf, obstaclesOf } from "./obstacles.ts";
import { pairs } from "./pairs.ts";
import { sameNamesOf, type SameName } from "./same-names.ts";
import { comparePositions, isDamaged, type Position, type StoreReport } from "./report.ts";

/** A store against the freshest. */
export interface Candidate {
  readonly folder: string;
  /** What choosing this one loses of the freshest; null when it cannot be told, and for the freshest itself. */
  readonly loss: Loss | null;
  /** What choosing the freshest loses of this one: entries that only it has. */
  readonly droppedByFreshest: Loss | null;
}

export interface Comparison {
  /** The freshest without damage; several that hold the same; none when it cannot be told. */
  readonly freshest: readonly string[];
  /** Those that show the furthest entry, damaged ones included, and what lies behind their damage. */
  readonly furthest: readonly string[];
  /** Why there is no freshest; or what is to be known though there is one. */
  readonly reasons: readonly string[];
  /** In the order that they were given. */
  readonly candidates: readonly Candidate[];
  readonly sameNames: readonly SameName[];
  /** Whether two stores hold what cannot be in one cluster. */
  readonly contradicts: boolean;
}

/** Compares what was read. One store alone is the freshest of itself when it is whole. */
export function compareStores(stores: readonly StoreReport[]): Comparison {
  const contradictions = pairs(stores).flatMap(([a, b]) => contradictionOf(a, b));
  const obstacles = [...contradictions, ...obstaclesOf(stores)];
  const whole = stores.filter((store) => !isDamaged(store) && store.last !== null);
  const best = obstacles.length > 0 ? undefined : whole.toSorted(fresherFirst)[0];
  const furthest = best === undefined && obstacles.length > 0 ? [] : furthestOf(stores);
  const none = best === undefined && obstacles.length === 0 ? [whyNone(stores)] : [];
  return {
    freshest:
      best === undefined ? [] : whole.filter((one) => fresherFirst(one, best) === 0).map(({ folder }) => folder),
    furthest: furthest.map(({ folder }) => folder),
    reasons: [...obstacles, ...none, ...(best === undefined ? [] : notesOf(stores, best))],
    candidates: stores.map((store) => candidate(store, best)),
    sameNames: pairs(stores).flatMap(([a, b]) => sameNamesOf(a, b)),
    contradicts: contradictions.length > 0,
  };
}

function candidate(store: StoreReport, best: StoreReport | undefined): Candidate {
  const { folder } = store;
  if (best === undefined || best === store) return { folder, loss: null, droppedByFreshest: null };
  const end = furthestIn(store);
  const loss = best.last === null ? null : lossOf(store, best, best.last);
  return { folder, loss, droppedByFreshest: end === null ? null : lossOf(best, store, end) };
}

function fresherFirst(a: StoreReport, b: StoreReport): number {
  return a.last === null || b.last === null ? 0 : comparePositions(b.last, a.last);
}

/** The last entry that a store shows, be it behind a damage. */
function furthestIn({ last, beyond }: StoreReport): Position | null {
  if (last === null || beyond === null) return last ?? beyond;
  return comparePositions(last, beyond) < 0 ? beyond : last;
}

function furthestOf(stores: readonly StoreReport[]): readonly StoreReport[] {
  const ends = stores.flatMap((store) => {
    const end = furthestIn(store);
    return end === null ? [] : [{ store, end }];
  });
  const highest = ends.toSorted((a, b) => comparePositions(b.end, a.end))[0]?.end;
  return highest === undefined
    ? []
    : ends.filter(({ end }) => comparePositions(end, highest) === 0).map(({ store }) => store);
}

function whyNone(stores: readonly StoreReport[]): string {
  return stores.every(isDamaged) ? "every store is damaged" : "no store without damage holds an entry";
}

function notesOf(stores: readonly StoreReport[], best: StoreReport): readonly string[] {
  const copies = pairs(stores).filter(
    ([a, b]) => a.identity.memberId !== null && a.identity.memberId === b.identity.memberId,
  );
  const further = stores.filter((store) => {
    const end = furthestIn(store);
    return isDamaged(store) && end !== null && best.last !== null && comparePositions(end, best.last) > 0;
  });
  const apart = stores.filter(
    (store) => store !== best && store.last !== null && agreementOf(store, best).upTo === null,
  );
  return [
    ...further.map(
      ({ folder }) => `${folder} is damaged, and shows entries that are later than the freshest without damage`,
    ),
    ...copies.map(([a, b]) => `${a.folder} and ${b.folder} are of the same member: one is a copy, or of another time`),
    ...apart.map(
      ({ folder }) => `${folder} has no entry in common with the freshest: how far they are the same cannot be told`,
    ),
  ];
}
