/**
 * Which writes beyond the recovery point the recovery can have lost by design: it goes back to an earlier state of the
 * store, so it loses what came last, all of it, and for good. Not its business: where the point lies (account.ts).
 */
import type { LedgerEntry } from "../ledger/index.ts";
import type { Timeline } from "../measure/index.ts";
import type { Histories, WriteEntry } from "./key-histories.ts";
import type { MemberReadBack } from "./read-backs.ts";

/** What is looked at. */
export interface Ground {
  readonly entries: readonly LedgerEntry[];
  readonly timeline: Timeline;
  readonly histories: Histories;
  readonly members: readonly MemberReadBack[];
  /** Whether a write lies beyond the recovery point. */
  readonly isAfterPoint: (write: WriteEntry) => boolean;
  /** Whether the drill lets a write be put anew: then its revision does not tell what the store went back to. */
  readonly isExempt: (write: WriteEntry) => boolean;
  /** Whether revisions tell which of two writes came later; else the clients' clock does: one that was sent after the other's answer. */
  readonly hasRevisions: boolean;
}

/** What contradicts a loss by design. */
export interface Objections {
  /** Why this write, missing there, was not lost by design; null when nothing speaks against it. */
  readonly toLoss: (write: WriteEntry, missingOn: readonly string[]) => string | null;
  /** Whether this write, which no member lacks, was certainly there after the page. */
  readonly wasThere: (write: WriteEntry) => boolean;
}

/** Looks for contradictions, once any is asked for. */
export function objectionsToDesign(ground: Ground): Objections {
  const members = ground.members.filter((one) => one.complete);
  const readBy = once(() => readsAfterThePage(ground));
  const kept = new Map<MemberReadBack["held"], WriteEntry | null>();
  const lastKept = ({ held }: MemberReadBack): WriteEntry | null => {
    const known = kept.get(held);
    if (known !== undefined) return known;
    const found = lastKeptOfBefore(ground, held);
    kept.set(held, found);
    return found;
  };
  const isLater = (one: WriteEntry, other: WriteEntry): boolean =>
    ground.hasRevisions ? BigInt(one.revision ?? 0) > BigInt(other.revision ?? 0) : one.sentAtMs > other.atMs;
  const holeIn = (member: MemberReadBack, write: WriteEntry): WriteEntry | null => {
    const later = lastKept(member);
    return later !== null && isLater(later, write) ? later : null;
  };
  return {
    toLoss: (write, missingOn) => {
      const lacking = new Set(missingOn);
      for (const member of members) {
        const { node, pass } = member;
        if (!lacking.has(`${node} ${pass}`)) {
          if (pass === "after-convergence" && lacking.has(`${node} after-restart`))
            return `${node} had kept it until the restart`;
          continue;
        }
        const later = holeIn(member, write);
        if (later !== null) return `${node} holds ${later.op} ${later.id} ${howLater(later)}`;
      }
      const read = write.valueHash === null ? undefined : readBy().get(write.valueHash);
      return read === undefined ? null : `read ${read} found it after the page`;
    },
    wasThere: (write) =>
      (write.valueHash !== null && readBy().has(write.valueHash)) ||
      members.some((member) => isIn(write, member, ground) || holeIn(member, write) !== null),
  };
}

function howLater({ revision }: WriteEntry): string {
  return revision === null ? "which was sent after its answer" : `at the later revision ${revision}`;
}

/** The value that it put is held, or its key is absent and nothing but this delete can be why. */
function isIn(write: WriteEntry, { held }: MemberReadBack, { histories, isAfterPoint }: Ground): boolean {
  if (write.op === "put") return held.get(write.key)?.valueHash === write.valueHash;
  return !held.has(write.key) && provesDelete(write, histories, isAfterPoint);
}

/**
 * Whether the absence of its key proves an acknowledged delete: it was the last to be sent, and the put before it had to be
 * kept.
 */
export function provesDelete(
  write: WriteEntry,
  { byKey }: Histories,
  isAfterPoint: (write: WriteEntry) => boolean,
): boolean {
  if (write.op !== "delete" || write.outcome !== "acknowledged") return false;
  const applicable = (byKey.get(write.key)?.writes ?? []).filter((one) => one.outcome !== "refused");
  const before = applicable.at(-2);
  return (
    applicable.at(-1) === write && before?.op === "put" && before.outcome === "acknowledged" && !isAfterPoint(before)
  );
}

/** Ids of the reads that were sent after the page had ended, by the value that they found. */
function readsAfterThePage({ entries, timeline }: Ground): ReadonlyMap<string, number> {
  const { runbookEndedAtMs } = timeline;
  const found = new Map<string, number>();
  if (runbookEndedAtMs === null) return found;
  for (const one of entries) {
    if (one.kind !== "operation" || one.op !== "get" || one.outcome !== "acknowledged") continue;
    if (one.valueHash !== null && one.sentAtMs > runbookEndedAtMs) found.set(one.valueHash, one.id);
  }
  return found;
}

/**
 * Of the puts acknowledged before the page, the last one that is held at its own revision: the store went back no further. Without
 * revisions the one that was sent last, of those whose values are held: each value is written once.
 */
function lastKeptOfBefore(
  { hasRevisions, histories, timeline: { runbookStartedAtMs }, isExempt }: Ground,
  held: MemberReadBack["held"],
): WriteEntry | null {
  if (runbookStartedAtMs === null) return null;
  let last: WriteEntry | null = null;
  for (const write of histories.writes) {
    const { outcome, op, atMs, revision, key, sentAtMs, valueHash } = write;
    if (outcome !== "acknowledged" || op !== "put" || atMs >= runbookStartedAtMs) continue;
    const item = held.get(key);
    if (item?.valueHash !== valueHash || item.revision !== revision || isExempt(write)) continue;
    if (!hasRevisions && (last === null || sentAtMs > last.sentAtMs)) last = write;
    if (hasRevisions && revision !== null && (last === null || BigInt(revision) > BigInt(last.revision ?? 0)))
      last = write;
  }
  return last;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
