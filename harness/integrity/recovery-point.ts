/** Where writes lie by the recovery point. Not its business: what is lost (examine.ts), and whether it may be (account.ts). */
import type { HeldKey, Ledger, RecoveryPointEntry } from "../ledger/index.ts";
import type { Timeline } from "../measure/index.ts";
import { explainKey } from "./explain-key.ts";
import type { Histories, WriteEntry } from "./key-histories.ts";
import type { Sides } from "./loss-ranges.ts";
import { revisionOf } from "./revision.ts";
import { lacksOf } from "./store-lacks.ts";

/** The recovery point, and where writes lie by it. */
export interface Point {
  /** Null when it is not known, undefined when the drill recorded none. */
  readonly revision: string | null | undefined;
  /** Whether it is known on which side of it a write lies. */
  readonly isKnown: boolean;
  /** Whether an acknowledged write lies beyond it: then it is lost by design, if it is lost and nothing speaks against that. */
  readonly isAfter: (write: WriteEntry) => boolean;
  /** The same of a write that was never answered, had it been acknowledged. */
  readonly sidesOf: (write: WriteEntry) => Sides;
}

const NOTHING_BEYOND: Pick<Point, "isAfter" | "sidesOf"> = {
  isAfter: () => false,
  sidesOf: () => ({ toBeKept: true, afterRecoveryPoint: false }),
};

/** The point of a record. */
export function pointOf(ledger: Ledger, { runbookStartedAtMs }: Timeline, histories: Histories): Point {
  const { entries, header } = ledger;
  if (header.plan.recoveryPoint.kind === "everything") return { revision: undefined, isKnown: true, ...NOTHING_BEYOND };
  const entry = entries.findLast((one) => one.kind === "recovery-point");
  const revision = entry?.revision;
  const isBeyond = entry === undefined ? null : beyondOf(ledger, entry, histories);
  if (entry === undefined || isBeyond === null || runbookStartedAtMs === null) {
    const sides = { toBeKept: true, afterRecoveryPoint: runbookStartedAtMs !== null };
    return { revision, isKnown: false, isAfter: () => false, sidesOf: () => sides };
  }
  const isAfter = (write: WriteEntry): boolean => write.atMs < runbookStartedAtMs && isBeyond(write);
  // From here on the store was beyond the point, and whatever was sent later has a later revision.
  let passedAtMs = entry.atMs;
  for (const write of histories.writes)
    if (write.outcome === "acknowledged" && write.atMs < passedAtMs && isAfter(write)) passedAtMs = write.atMs;
  return {
    revision,
    isKnown: true,
    isAfter,
    sidesOf: ({ sentAtMs, atMs }) => ({
      toBeKept: sentAtMs <= passedAtMs || atMs >= runbookStartedAtMs,
      afterRecoveryPoint: sentAtMs < runbookStartedAtMs,
    }),
  };
}

/** Whether a write lies beyond the point; null when the point is not known. */
function beyondOf(
  ledger: Ledger,
  entry: RecoveryPointEntry,
  histories: Histories,
): ((write: WriteEntry) => boolean) | null {
  const hasRevisions = lacksOf(ledger).lacks.revisions === undefined;
  // Of a page that promises to keep nothing everything of before lies beyond it.
  if (!hasRevisions && ledger.header.plan.recoveryPoint.kind === "nothing") return () => true;
  if (!hasRevisions) return beyondWhatWasHeld(ledger, entry, histories);
  if (entry.revision === null) return null;
  const limit = revisionOf(entry.revision);
  return ({ revision }) => revision !== null && revisionOf(revision) > limit;
}

/**
 * Beyond what the survivor itself held lies each write that comes after the one which explains what it held of the key. A value that
 * nobody wrote explains nothing, and excuses nothing.
 */
function beyondWhatWasHeld(
  { entries }: Ledger,
  { values }: RecoveryPointEntry,
  { byKey }: Histories,
): ((write: WriteEntry) => boolean) | null {
  if (values === null) return null;
  const items = entries.flatMap((one) =>
    one.kind === "recovery-point-held" && one.node === values.node ? one.items : [],
  );
  const held = new Map<string, HeldKey>(items.map((item) => [item.key, item]));
  if (items.length !== values.keys || held.size !== values.keys) return null;
  return (write) => {
    const history = byKey.get(write.key);
    if (history === undefined) return false;
    const { index, phantom } = explainKey(history, held.get(write.key) ?? null);
    return !phantom && history.writes.indexOf(write) > index;
  };
}
