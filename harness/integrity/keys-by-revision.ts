/** Which keys changed at which revision, for a million changes that mostly come, and are asked for, in the order of their revisions. */
import type { Revision } from "./revision.ts";

/** Changes of keys; several may share a revision, in a transaction or where revisions started again. */
export interface KeysByRevision {
  /**
   * Adds a change.
   * @returns whether it was there already.
   */
  add(revision: Revision, key: string): boolean;
  /** Whether this key changed at this revision. */
  has(revision: Revision, key: string): boolean;
}

/** Without any change at first. */
export function keysByRevision(): KeysByRevision {
  /** The changes that came in order, each key at the place of its revision. */
  const revisions: Revision[] = [];
  const keys: string[] = [];
  /** Those that came after a higher one. */
  const late = new Map<Revision, string[]>();
  /** Behind the place that was found last: where the next one is, mostly. */
  let next = 0;

  const isBelow = (at: number, revision: Revision): boolean => {
    const there = revisions[at];
    return there !== undefined && there < revision;
  };
  /** The first place whose revision is not below this one. */
  const placeOf = (revision: Revision): number => {
    if ((next === 0 || isBelow(next - 1, revision)) && !isBelow(next, revision)) return next;
    let [low, high] = [0, revisions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBelow(middle, revision)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const has = (revision: Revision, key: string): boolean => {
    const place = placeOf(revision);
    next = place + 1;
    for (let at = place; revisions[at] === revision; at++) if (keys[at] === key) return true;
    return late.size > 0 && late.get(revision)?.includes(key) === true;
  };
  return {
    add: (revision, key) => {
      const last = revisions.at(-1);
      // Above all that are there it is a new one.
      if (last !== undefined && revision <= last && has(revision, key)) return true;
      if (last === undefined || revision >= last) {
        revisions.push(revision);
        keys.push(key);
      } else late.set(revision, [...(late.get(revision) ?? []), key]);
      return false;
    },
    has,
  };
}
