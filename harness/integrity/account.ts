/**
 * The exact account of writes: of every acknowledged write whether it is still there on every member, of every write of
 * unknown outcome what became of it, and what is there that should not be.
 * Not its business: whether that is allowed (the checks).
 */
import type { Ledger } from "../ledger/index.ts";
import { nodePlaces, startingNodes, type Timeline } from "../measure/index.ts";
import { objectionsToDesign } from "./by-design.ts";
import {
  examine,
  NOTHING_SEEN,
  type DuplicatedKey,
  type KeyOnMember,
  type Rules,
  type Seen,
  type TornOnMember,
} from "./examine.ts";
import type { Gap } from "./gaps.ts";
import { keyHistories, type Histories, type WriteEntry } from "./key-histories.ts";
import { lateWrites } from "./late-writes.ts";
import { lossRanges, type LostWrite } from "./loss-ranges.ts";
import { missingOperations } from "./missing-operations.ts";
import { readBacks, type MemberReadBack } from "./read-backs.ts";
import { pointOf, type Point } from "./recovery-point.ts";
import { readFaults, type ReadFault } from "./read-faults.ts";
import type { WriteAccount } from "./result.ts";
import { lacksOf } from "./store-lacks.ts";

/** The whole account. What a completely read member proves is in it even if other members could not be read. */
export interface Account {
  readonly totals: WriteAccount;
  /** The writes that it is made of. */
  readonly histories: Histories;
  readonly lost: readonly LostWrite[];
  /** Writes of unknown outcome that are missing on some completely read member, in the order of sending. */
  readonly unknownLost: readonly WriteEntry[];
  /** Old values that are back although the write that replaced them was not to be lost. */
  readonly resurrected: readonly KeyOnMember[];
  /** Values that nobody wrote. */
  readonly phantoms: readonly KeyOnMember[];
  /** Keys of which a member holds more than one value at once. */
  readonly heldTwice: readonly KeyOnMember[];
  readonly visibleRefusals: readonly KeyOnMember[];
  /** Keys of which a write was applied again, but for those that the drill declares (`mayBeRewritten`). */
  readonly duplicated: readonly DuplicatedKey[];
  /** On how many keys, counted on each member, a write that was applied again would show. */
  readonly wouldShowDuplicates: number;
  /** Acknowledged transactions of several writes. */
  readonly transactions: number;
  /** Transactions that a completely read member does not hold whole. */
  readonly tornTransactions: readonly TornOnMember[];
  /** Reads of the workload that no order of its writes explains, but for those whose loss is by design. */
  readonly readFaults: readonly ReadFault[];
  /** Writes of unknown outcome that may have taken effect only after the first pass of the read-back. */
  readonly late: ReadonlySet<WriteEntry>;
  /** What breaks the rules that the account stands on; then nothing is accused and every total is null. */
  readonly violations: readonly string[];
  /** Whether every total that needs the read-back is known. */
  readonly complete: boolean;
  /** What keeps them from being known: of each read-back that is needed and not complete its gap. Empty when they are known. */
  readonly gaps: readonly Gap[];
  readonly readBacks: readonly MemberReadBack[];
  /** The revision of the recovery point; null when it is not known, undefined when the drill recorded none. */
  readonly recoveryPointRevision: string | null | undefined;
  /** Whether the recovery point is `everything`: then it has no revision, and nothing is lost by design. */
  readonly mustKeepEverything: boolean;
}

/** Makes the account of a ledger. `nodes`: those of the members after the recovery. */
export function accountOf(ledger: Ledger, timeline: Timeline, nodes: readonly string[]): Account {
  const histories = keyHistories(ledger.entries);
  const members = readBacks(ledger, nodes);
  const violations = [...histories.violations, ...writesAfterTheFence(ledger), ...missingOperations(ledger.entries)];
  const point = pointOf(ledger, timeline, histories);
  const isExempt = mayBeRewritten(ledger, timeline);
  const isSound = violations.length === 0;
  // A read-back is always after the page.
  const rules: Rules = {
    isExempt: (write) => isExempt(write, Infinity),
    isAfterPoint: point.isAfter,
    late: lateWrites(ledger.entries, startingNodes(nodePlaces(ledger.entries)), histories.writes),
  };
  const seen = isSound ? examine(histories, members, rules) : NOTHING_SEEN;
  const objections = objectionsToDesign({
    ...{ entries: ledger.entries, timeline, histories, members, ...rules },
    hasRevisions: lacksOf(ledger).lacks.revisions === undefined,
  });
  const lost = [...seen.lost].map(([write, missingOn]): LostWrite => {
    const isAfter = point.isAfter(write);
    const objection = isAfter ? objections.toLoss(write, missingOn) : null;
    return { write, missingOn, afterRecoveryPoint: isAfter && objection === null, objection };
  });
  const lostBy = new Map(lost.map((one) => [one.write, one.afterRecoveryPoint]));
  lost.sort((a, b) => a.write.id - b.write.id);
  const gaps = isSound ? gapsOfReadBacks(ledger, members) : (["unexplained"] as const);
  const complete = gaps.length === 0;
  const mustBeKept = new Set(lost.filter((one) => !one.afterRecoveryPoint).map((one) => one.write.key));
  return {
    totals: totalsOf(histories, seen, lost, point, complete),
    histories,
    lost,
    unknownLost: [...seen.unknownLost].sort((a, b) => a.id - b.id),
    resurrected: seen.resurrected.filter((one) => mustBeKept.has(one.key)),
    phantoms: seen.phantoms,
    heldTwice: seen.heldTwice,
    visibleRefusals: seen.visibleRefusals,
    duplicated: seen.duplicated,
    wouldShowDuplicates: seen.wouldShowDuplicates,
    transactions: [...histories.transactions.values()].filter(
      (parts) => parts.length > 1 && parts[0]?.outcome === "acknowledged",
    ).length,
    tornTransactions: seen.tornTransactions,
    readFaults: isSound
      ? readFaults(ledger, histories, {
          isExempt,
          isLostByDesign: (write, read) =>
            timeline.runbookStartedAtMs !== null &&
            read.atMs >= timeline.runbookStartedAtMs &&
            point.isAfter(write) &&
            (lostBy.get(write) ?? !objections.wasThere(write)),
        })
      : [],
    late: rules.late,
    violations,
    complete,
    gaps,
    readBacks: members,
    recoveryPointRevision: point.revision,
    mustKeepEverything: ledger.header.plan.recoveryPoint.kind === "everything",
  };
}

/**
 * Which writes the drill lets be found at another revision. Where revisions may start again (`revision-not-back` with
 * `mayGoBack`), the page puts anew what was written before it began, and so only that may have another revision, and only
 * when it is looked at after the page began. A write that was sent after that is the recovered store's own.
 */
function mayBeRewritten(
  ledger: Ledger,
  { runbookStartedAtMs }: Timeline,
): (write: WriteEntry, seenAtMs: number) => boolean {
  const declared = ledger.header.plan.checks.some((plan) => plan.id === "revision-not-back" && plan.mayGoBack);
  return (write, seenAtMs) =>
    declared && runbookStartedAtMs !== null && write.sentAtMs < runbookStartedAtMs && seenAtMs >= runbookStartedAtMs;
}

function totalsOf(
  { writes }: Histories,
  seen: Seen,
  lost: readonly LostWrite[],
  point: Point,
  complete: boolean,
): WriteAccount {
  const count = (outcome: WriteEntry["outcome"]): number => writes.filter((write) => write.outcome === outcome).length;
  const acknowledged = count("acknowledged");
  const unknown = count("unknown");
  const known = { attempted: writes.length, acknowledged, refused: count("refused"), unknown };
  if (!complete) {
    const nothing = { lostToBeKept: null, lostAfterRecoveryPoint: null, lostKeys: null, lostSpanMs: null };
    const neither = { resurrected: null, duplicated: null, unknownKept: null, unknownLost: null };
    return { ...known, kept: null, lost: null, ...nothing, ...neither };
  }
  const { isKnown: pointIsKnown, sidesOf } = point;
  return {
    ...known,
    kept: acknowledged - lost.length,
    ...lossRanges({ lost, unknown: [...seen.unknownLost], sidesOf, pointIsKnown }),
    resurrected: new Set(seen.resurrected.map((one) => one.key)).size,
    duplicated: new Set(seen.duplicated.map((one) => one.key)).size,
    unknownKept: unknown - seen.unknownLost.size,
    unknownLost: seen.unknownLost.size,
  };
}

/** All nodes have to be read after convergence, and after the restart too if there was one. */
function gapsOfReadBacks(ledger: Ledger, members: readonly MemberReadBack[]): readonly Gap[] {
  const restarted = ledger.entries.some(
    (entry) => entry.kind === "restart" || (entry.kind === "fence" && entry.pass === "after-restart"),
  );
  const needed = members.filter((member) => member.pass === "after-convergence" || restarted);
  return needed.length > 0 ? needed.flatMap(({ gap }) => gap ?? []) : ["unexplained"];
}

/** A write that is answered after the first fence may be missing there with every right. */
function writesAfterTheFence({ entries }: Ledger): readonly string[] {
  const fence = entries.find((entry) => entry.kind === "fence");
  if (fence === undefined) return [];
  const found: string[] = [];
  for (const entry of entries)
    if (entry.kind === "operation" && entry.op !== "get" && entry.atMs > fence.atMs)
      found.push(`${entry.key}: operation ${entry.id} ended after the fence of the read-back`);
  return found;
}
