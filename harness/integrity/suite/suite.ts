/**
 * One verdict over the drills of one command, or of several commands that each ran a shard of them: a pure function of what
 * each drill came to. Not its business: a single drill (judge.ts), its controls, its repeats.
 */
import { worstOutcome, type Outcome } from "../../core/index.ts";
import { isOfShard, type PageKind, type Reading, type Shard } from "../../ledger/index.ts";
import type { LossRange, RecoveryTime, TimeSpent } from "../result.ts";

/** The version of suite.json written now. */
export const SUITE_SCHEMA_VERSION = 2;

/** What one drill came to. */
export interface SuiteDrill {
  readonly drillId: string;
  /** What was run of it: once, with its controls, again and again, or with the corrected page after the one that is declared to fail. */
  readonly kind: "run" | "control" | "controls" | "repeats" | "both-pages";
  readonly outcome: Outcome;
  /** What a pass of it proves. */
  readonly proves: string;
  /** The verdict in some words: what failed, or as what it came out. */
  readonly says: readonly string[];
  /** How the page is read where it leaves choices open; null where it leaves none. */
  readonly reading: Reading | null;
  /** The verdict with each seed; of a drill that was repeated, with the first. */
  readonly seeds: readonly SuiteSeed[];
  readonly runs: readonly SuiteRun[];
}

/** What one drill came to with one seed. */
export interface SuiteSeed {
  readonly seed: number;
  /** Null: it has no verdict. */
  readonly outcome: Outcome | null;
}

/** One run of a drill. */
export interface SuiteRun {
  readonly runId: string;
  readonly seed: number;
  readonly page: PageKind;
  readonly outcome: Outcome;
  readonly recoveryTimeMs: RecoveryTime;
  readonly lostWrites: LossRange | null;
  readonly timeSpentMs: TimeSpent;
}

/** A drill without a verdict. */
export interface DrillWithout {
  readonly drillId: string;
  readonly because: string;
}

/** What one command ran. */
export interface SuitePart {
  readonly suiteId: string;
  readonly startedAt: string;
  readonly seeds: readonly number[];
  readonly shard: Shard | null;
  /** All drills that were asked for, also those of the other shards. */
  readonly selected: readonly string[];
  readonly drills: readonly SuiteDrill[];
  /** Drills that came to nothing, with the reason. */
  readonly notStarted: readonly DrillWithout[];
  /** Drills that cannot be done where this ran, with the reason and the remedy. They take nothing from the others, and are no pass. */
  readonly skipped: readonly DrillWithout[];
}

/** `suite.json`. */
export interface SuiteResult {
  readonly schemaVersion: typeof SUITE_SCHEMA_VERSION;
  readonly outcome: Outcome;
  /** Why it is no pass, beyond what the drills say. */
  readonly because: readonly string[];
  readonly parts: readonly Pick<SuitePart, "suiteId" | "startedAt" | "seeds" | "shard">[];
  readonly selected: readonly string[];
  readonly drills: readonly SuiteDrill[];
  readonly notStarted: readonly DrillWithout[];
  readonly skipped: readonly DrillWithout[];
  /** The sum over all runs. */
  readonly timeSpentMs: TimeSpent;
}

/**
 * Judges what one command ran: all that was asked for, or its shard of that. A drill that was to be run and has no verdict leaves
 * the whole inconclusive, and so does a suite of nothing but skipped drills. @see mergeSuites
 */
export function judgeSuite(part: SuitePart): SuiteResult {
  return together(
    [part],
    part.selected.filter((_, index) => part.shard === null || isOfShard(index, part.shard)),
    [],
  );
}

/**
 * Judges the parts of several commands as one suite: all that was asked for must be there. Parts that do not belong together
 * (other drills asked for, another number of shards, one drill twice) are broken.
 * @throws RangeError without a part.
 */
export function mergeSuites(parts: readonly SuitePart[]): SuiteResult {
  const [first] = parts;
  if (first === undefined) throw new RangeError("a suite has at least one part");
  return together(parts, first.selected, strangeParts(parts));
}

function together(parts: readonly SuitePart[], wanted: readonly string[], strange: readonly string[]): SuiteResult {
  const drills = parts.flatMap((part) => part.drills);
  const notStarted = parts.flatMap((part) => part.notStarted);
  const skipped = parts.flatMap((part) => part.skipped);
  const ids = [...drills, ...notStarted, ...skipped].map(({ drillId }) => drillId);
  const reasons: readonly (readonly [Outcome, string])[] = [
    ...strange.map((why) => ["broken", why] as const),
    ...[...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map(
      (id) => ["broken", `${id} is there more than once.`] as const,
    ),
    ...ids
      .filter((id) => !wanted.includes(id))
      .map((id) => ["broken", `${id} is not among the drills that were to be run.`] as const),
    ...notStarted.map(({ drillId, because }) => ["broken", `${drillId} was not started: ${because}`] as const),
    ...wanted.filter((id) => !ids.includes(id)).map((id) => ["inconclusive", `${id} has no verdict.`] as const),
    ...(drills.length === 0 ? [["inconclusive", "No drill has a verdict."] as const] : []),
  ];
  const selected = parts[0]?.selected ?? [];
  return {
    schemaVersion: SUITE_SCHEMA_VERSION,
    outcome: worstOutcome([...drills.map(({ outcome }) => outcome), ...reasons.map(([outcome]) => outcome)]),
    because: reasons.map(([, why]) => why),
    parts: parts.map(({ suiteId, startedAt, seeds, shard }) => ({ suiteId, startedAt, seeds, shard })),
    selected,
    drills: drills.toSorted((a, b) => selected.indexOf(a.drillId) - selected.indexOf(b.drillId)),
    notStarted,
    skipped,
    timeSpentMs: sumOf(drills.flatMap(({ runs }) => runs.map(({ timeSpentMs }) => timeSpentMs))),
  };
}

/** What does not fit together in the parts themselves. A missing shard shows in its drills, which have no verdict then. */
function strangeParts(parts: readonly SuitePart[]): readonly string[] {
  const [first, ...others] = parts;
  if (first === undefined) return [];
  const wanted = JSON.stringify(first.selected);
  const shards = parts.map(({ shard }) => (shard === null ? null : `${shard.index}/${shard.of}`));
  return [
    ...others
      .filter(({ selected }) => JSON.stringify(selected) !== wanted)
      .map(({ suiteId }) => `${suiteId} was asked for other drills than ${first.suiteId}.`),
    ...others
      .filter(({ shard }) => shard?.of !== first.shard?.of)
      .map(({ suiteId }) => `${suiteId} is of another number of shards than ${first.suiteId}.`),
    ...(others.length > 0 && new Set(shards).size !== shards.length ? ["The same shard is there twice."] : []),
  ];
}

function sumOf(spans: readonly TimeSpent[]): TimeSpent {
  const total = (of: keyof TimeSpent): number =>
    Math.round(spans.reduce((sum, span) => sum + span[of] * 1000, 0)) / 1000;
  return { page: total("page"), cluster: total("cluster"), declared: total("declared"), harness: total("harness") };
}
