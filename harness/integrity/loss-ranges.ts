/**
 * How much is lost, as ranges. Not its business: which writes are gone (examine.ts), and whether that is allowed.
 */
import type { WriteEntry } from "./key-histories.ts";
import type { LossRange, WriteAccount } from "./result.ts";

/** An acknowledged write that is gone, and where. */
export interface LostWrite {
  readonly write: WriteEntry;
  /** E.g. `n2 after-convergence`. */
  readonly missingOn: readonly string[];
  /**
   * Lost by design: acknowledged before the page began, of a later revision than the known recovery point, and nothing
   * shows that the recovery kept it or something later (by-design.ts).
   */
  readonly afterRecoveryPoint: boolean;
  /** What shows that; null when nothing does, and for a write that had to be kept anyhow. */
  readonly objection: string | null;
}

/** On which sides of the recovery point a write may lie. */
export interface Sides {
  readonly toBeKept: boolean;
  readonly afterRecoveryPoint: boolean;
}

/** What the ranges are made of. */
export interface Gone {
  /** Acknowledged, and proven lost. */
  readonly lost: readonly LostWrite[];
  /** Of unknown outcome, and not there: applied and then lost, or never applied. */
  readonly unknown: readonly WriteEntry[];
  /** Where a write of unknown outcome may lie, had it been acknowledged. */
  readonly sidesOf: (write: WriteEntry) => Sides;
  readonly pointIsKnown: boolean;
}

/** The ranges of the account. */
export type LossRanges = Pick<
  WriteAccount,
  "lost" | "lostToBeKept" | "lostAfterRecoveryPoint" | "lostKeys" | "lostSpanMs"
>;

/** The ranges: each low end is proven, each high end takes every write of unknown outcome that is gone for lost. */
export function lossRanges({ lost, unknown, sidesOf, pointIsKnown }: Gone): LossRanges {
  const after = lost.filter((one) => one.afterRecoveryPoint).length;
  const sides = unknown.map(sidesOf);
  const lostKeys = new Set(lost.map((one) => one.write.key));
  const range = (low: number, more: number): LossRange => ({ low, high: low + more });
  // Without the point nobody knows on which side a proven loss lies.
  const isParted = pointIsKnown || lost.length === 0;
  return {
    lost: range(lost.length, unknown.length),
    lostToBeKept: isParted ? range(lost.length - after, sides.filter((one) => one.toBeKept).length) : null,
    lostAfterRecoveryPoint: isParted ? range(after, sides.filter((one) => one.afterRecoveryPoint).length) : null,
    lostKeys: {
      low: lostKeys.size,
      high: new Set([...lostKeys, ...unknown.map((write) => write.key)]).size,
    },
    lostSpanMs: {
      low: longestSpanMs(lost.map(({ write }) => answeredAt(write))),
      high: longestSpanMs([...lost.map(({ write }) => answeredAt(write)), ...unknown.map(mayBeAnswered)]),
    },
  };
}

/** When a request was answered, or may have been. */
interface Answer {
  readonly request: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

function answeredAt({ id, transaction, atMs }: WriteEntry): Answer {
  return { request: transaction ?? id, fromMs: atMs, untilMs: atMs };
}

/** Nobody heard an answer, so it would have come at some time while it was waited for. */
function mayBeAnswered({ id, transaction, sentAtMs, atMs }: WriteEntry): Answer {
  return { request: transaction ?? id, fromMs: sentAtMs, untilMs: atMs };
}

/** The longest time that can lie between the answers of two requests; 0 when there are no two. */
function longestSpanMs(answers: readonly Answer[]): number {
  const byEnd = answers.toSorted((a, b) => b.untilMs - a.untilMs);
  const byBegin = answers.toSorted((a, b) => a.fromMs - b.fromMs);
  const [last] = byEnd;
  const [first] = byBegin;
  if (last === undefined || first === undefined) return 0;
  // One request has one answer: its own waiting is no time between two.
  const before = byBegin.find((one) => one.request !== last.request);
  const behind = byEnd.find((one) => one.request !== first.request);
  return Math.max(
    0,
    before === undefined ? 0 : last.untilMs - before.fromMs,
    behind === undefined ? 0 : behind.untilMs - first.fromMs,
  );
}
