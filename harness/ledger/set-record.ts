/**
 * The record of a set of repeats: one drill, run again and again. Like a run's ledger it is only appended to, and the set is judged from it
 * and from the ledgers of its runs. Not its business: what happened in a run.
 */
/** The version of set records written now. A reader refuses any other. */
export const SET_SCHEMA_VERSION = 1;

/** One line of `set.ndjson`. The first is the header. */
export type SetLine = SetHeader | SetRunBegins | SetRunOver | SetRunRefused | SetEnded;

/** What was asked for. */
export interface SetHeader {
  readonly kind: "set";
  readonly schemaVersion: typeof SET_SCHEMA_VERSION;
  readonly setId: string;
  readonly drillId: string;
  /** The seed of the first run; the next one has the next, and after the largest comes 0. */
  readonly seed: number;
  readonly plan: SetPlan;
  /** Wall clock (ISO 8601, UTC), for the reader. */
  readonly startedAt: string;
}

/**
 * When the set is over.
 *
 * - `repeat`: after `runs` runs, whatever they show.
 * - `until-confident`: as soon as the recovery time objective is decided, and after `atMost` runs at the latest.
 */
export type SetPlan =
  | { readonly kind: "repeat"; readonly runs: number }
  | { readonly kind: "until-confident"; readonly atMost: number };

/** A run is about to begin. One of which nothing follows was cut off with the set. */
export interface SetRunBegins {
  readonly kind: "run-begins";
  /** From 1. */
  readonly index: number;
  readonly seed: number;
}

/** A run is over, and its folder lies beside the set's. */
export interface SetRunOver {
  readonly kind: "run-over";
  readonly index: number;
  readonly runId: string;
  /** What failed outside the run's own ledger (a full disk, say): then it is broken, whatever its ledger says. */
  readonly problems: readonly string[];
}

/** A run came to nothing: no ledger, or none that could be judged. */
export interface SetRunRefused {
  readonly kind: "run-refused";
  readonly index: number;
  readonly message: string;
}

/** The set came to its own end. Without this line it was interrupted. */
export interface SetEnded {
  readonly kind: "set-ended";
  readonly because: SetEnd;
}

/**
 * Why a set ended.
 *
 * - `all-run`: as many as were asked for (`repeat`).
 * - `decided`: the objective is decided (`until-confident`).
 * - `cap`: it was not decided after as many runs as were allowed (`until-confident`).
 * - `no-progress`: several runs in a row said nothing of the system (`until-confident`).
 * - `interrupted`: it was told to.
 */
export type SetEnd = "all-run" | "decided" | "cap" | "no-progress" | "interrupted";

/** Seeds have 32 bits. */
const SEEDS = 2 ** 32;

/** The seed of a run; `index` is from 1. */
export function seedOfRun(firstSeed: number, index: number): number {
  return (firstSeed + index - 1) % SEEDS;
}

/** A set's record, read back. */
export interface SetRecord {
  readonly header: SetHeader;
  readonly runs: readonly SetRun[];
  /** `interrupted` also when there is no last line that says so. */
  readonly ended: SetEnd;
  /** What shows that lines are missing or doubled; empty for a whole record (set-reading.ts). */
  readonly flaws: readonly string[];
}

/** What the record says of one run: its name, or why there is none. */
export interface SetRun {
  readonly index: number;
  readonly seed: number;
  readonly came: Omit<SetRunOver, "index"> | Omit<SetRunRefused, "index"> | { readonly kind: "cut-off" };
}
