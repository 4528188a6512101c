/**
 * `result.json`: everything that a report may say, derived from the ledger alone.
 * Its JSON Schema is generated from `result-schema.ts` into docs/.
 */
import type { Outcome } from "../core/index.ts";
import type {
  CheckId,
  ControlPlan,
  EnvironmentRecord,
  PageKind,
  PagePart,
  Reading,
  StorePlan,
} from "../ledger/index.ts";
import type { RecoveryPart, RecoveryTime, Timeline, TimeSpent } from "../measure/index.ts";

export type { RecoveryPart, RecoveryTime, Timeline, TimeSpent } from "../measure/index.ts";

/** The version of result.json written now. */
export const RESULT_SCHEMA_VERSION = 4;

/** The judged drill. Times are milliseconds on the run's clock; null is "did not happen" or "not known". */
export interface DrillResult {
  readonly schemaVersion: typeof RESULT_SCHEMA_VERSION;
  readonly runId: string;
  readonly drillId: string;
  readonly title: string;
  /** What a pass of the drill proves, in one sentence. */
  readonly proves: string;
  readonly system: string;
  /** What the store lacks, so that it was neither asked for nor judged, each with the reason. */
  readonly store: StorePlan;
  readonly substrate: string;
  readonly seed: number;
  /** `none` for the drill itself. */
  readonly control: ControlPlan["kind"];
  /** Which page was followed. */
  readonly page: PageKind;
  /** How the page is read where it leaves choices open; null where it leaves none. */
  readonly reading: Reading | null;
  /** The true outcome: a failure stays one, declared or not. */
  readonly outcome: Outcome;
  /** What was declared, where that is a failure, and whether it came out so; else null. */
  readonly declared: DeclaredResult | null;
  readonly startedAt: string;
  /** What a fork began with; null: the run made and broke its own cluster. */
  readonly fork: ForkResult | null;
  readonly fault: {
    readonly id: string;
    readonly effect: string;
    readonly injectedAtMs: number | null;
    readonly proof: FaultProof;
  };
  readonly timeline: Timeline;
  readonly measurements: Measurements;
  /** Null: nobody acts, since the fault heals by itself. */
  readonly runbook: PageResult | null;
  readonly roles: readonly { readonly role: string; readonly node: string | null; readonly because: string }[];
  readonly findings: readonly Finding[];
  /**
   * Why the outcome is worse than the findings alone say: troubles of the harness, a record that was cut short, a law
   * that allows no pass. Usually empty.
   */
  readonly notes: readonly string[];
  readonly objectives: readonly ObjectiveResult[];
  /** What people are taken to need before they begin with the page; a parameter, in none of the numbers above. Null: nobody said. */
  readonly assumedReactionMs: number | null;
  readonly environment: EnvironmentRecord;
}

/** The page, and what came of its steps. */
export interface PageResult {
  readonly file: string;
  readonly sha256: string;
  readonly blocks: {
    readonly total: number;
    readonly preparation: number;
    readonly steps: number;
    readonly prose: number;
  } | null;
  readonly steps: readonly StepResult[];
}

/** A declared failure beside what came of the run. */
export interface DeclaredResult {
  /** The checks that are declared to fail. */
  readonly findings: readonly CheckId[];
  readonly because: string;
  /** The heading in docs/findings.md. */
  readonly story: string;
  /** True: exactly these failed. False: another check failed, or one of these passed. Null: not decided. */
  readonly asDeclared: boolean | null;
  /** What the run adds to the verdict over both pages: `passed` where it came out as declared. */
  readonly countsAs: Outcome;
  /** The checks that are undecided because of the declared failures. */
  readonly leftOpen: readonly CheckId[];
  /** Why it is so, or not. */
  readonly why: readonly string[];
}

/** Where a fork comes from, and what it added to the disaster there. */
export interface ForkResult {
  readonly runId: string;
  readonly atMs: number;
  /** Processes that ran, were killed by it and started again, e.g. `n1/etcd`. Empty: it is exact. */
  readonly restarted: readonly string[];
  /** How long they took to be back as they were; it is a part of the recovery time. Null: they were not. */
  readonly backAfterMs: number | null;
}

/** What the witness's signs add up to (law 3). */
export type FaultProof = "confirmed" | "mismatch" | "inconclusive";

export interface Measurements {
  readonly recoveryTimeMs: RecoveryTime;
  /** The parts of the recovery time in order; their sum is `recoveryTimeMs.high`, to the microsecond. Empty when there is no recovery. */
  readonly parts: readonly RecoveryPart[];
  readonly writes: WriteAccount;
  readonly relapses: number;
  readonly maxLoopLagMs: number | null;
  /** How the whole length of the run was spent; its parts add up to that. */
  readonly timeSpentMs: TimeSpent;
}

/**
 * How much is lost: at least `low`, at most `high`.
 *
 * Low counts acknowledged writes that are proven lost. High counts also the writes of unknown outcome that are gone: each
 * may have been applied and then lost, or never applied. Nobody was ever told that they were written, so they break no
 * promise, and no objective is judged by the high end.
 */
export interface LossRange {
  readonly low: number;
  readonly high: number;
}

/**
 * The account of writes (puts and deletes). attempted = acknowledged + refused + unknown; when read back,
 * acknowledged = kept + lost.low, unknown = unknownKept + unknownLost, and lost.high = lost.low + unknownLost.
 */
export interface WriteAccount {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /**
   * What is known only when every member was completely read back, after convergence and, once members were restarted,
   * after that too; else null. A write that is missing on one member only is lost.
   */
  readonly kept: number | null;
  readonly lost: LossRange | null;
  /**
   * Of the lost ones, those that the recovery point promises to keep: written up to it, or acknowledged after the page began. Null also
   * when an acknowledged write is lost and the point is not known. A write of unknown outcome that may lie on either side of the
   * point is in the high ends of both.
   */
  readonly lostToBeKept: LossRange | null;
  /** The others, beyond the declared recovery point: lost by design. */
  readonly lostAfterRecoveryPoint: LossRange | null;
  /** Keys with a lost write. */
  readonly lostKeys: LossRange | null;
  /**
   * The span of acknowledged time that is gone: from the first lost write's answer to the last one's; 0 when fewer than two are lost.
   * In the high end an unanswered write may have been answered at any time while that was waited for.
   */
  readonly lostSpanMs: LossRange | null;
  /** Keys that hold a value which a later acknowledged write had replaced or deleted. */
  readonly resurrected: number | null;
  /** Keys of which a member proves that a write was applied again, but for what the drill lets be put anew. */
  readonly duplicated: number | null;
  readonly unknownKept: number | null;
  readonly unknownLost: number | null;
}

export interface StepResult {
  readonly id: string;
  readonly part: PagePart;
  readonly line: number;
  readonly role: string;
  readonly node: string | null;
  readonly status: "ran" | "timed-out" | "skipped" | "not-chosen" | "session-ended";
  readonly exitCode: number | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
}

/** What one check found. */
export interface Finding {
  readonly checkId: CheckId;
  /** `skipped` does not count in the drill's outcome and is always shown with its reason. */
  readonly outcome: Outcome | "skipped";
  /** One sentence with the numbers in it. */
  readonly summary: string;
  /** Named things: keys with the member they are missing on, steps, entries. Long lists are whole in `lost-keys.txt`. */
  readonly details: readonly string[];
}

/** A promise beside what was measured. */
export interface ObjectiveResult {
  readonly id: "recovery-time" | "lost-writes";
  readonly limit: number;
  /**
   * The high end for a time; for writes the low end of the loss, which is all acknowledged ones that are proven lost, also
   * those before the recovery point. Null when it could not be measured.
   */
  readonly measured: number | null;
  readonly met: boolean | null;
}
