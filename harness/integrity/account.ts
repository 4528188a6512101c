/**
 * The exact account of writes: of every acknowledged write whether it is still there on every member, of every write of
 * unknown outcome what became of it, and what is there that should not be.
 * Not its business: whether that is allowed (the checks).
 */
import type { HeldKey, Ledger } from "../ledger/index.ts";
import type { Timeline } from "../measure/index.ts";
import { explainKey, isPlain, type KeyVerdict } from "./explain-key.ts";
import { keyHistories, type Histories, type WriteEntry } from "./key-histories.ts";
import { missingOperations } from "./missing-operations.ts";
import { readBacks, type MemberReadBack } from "./read-backs.ts";
import { readFaults, type ReadFault } from "./read-faults.ts";
import type { WriteAccount } from "./result.ts";
import { tornTransactions, type TornTransaction } from "./transactions.ts";

/** An acknowledged write that is gone, and where. */
export interface LostWrite {
  readonly write: WriteEntry;
  /** E.g. `n2 after-convergence`. */
  readonly missingOn: readonly string[];
  /** Acknowledged before the page began and of a later revision than the known recovery point: lost by design. */
  readonly afterRecoveryPoint: boolean;
}

/** A key on a member. */
export interface KeyOnMember {
  readonly key: string;
  readonly on: string;
}

/** A key that a member holds at another revision than the one that its writer was told. */
export interface RewrittenKey extends KeyOnMember {
  readonly acknowledged: string;
  readonly held: string;
}

/** A transaction that a member does not hold whole. */
export interface TornOnMember extends TornTransaction {
  readonly on: string;
}

/** The whole account. What a completely read member proves is in it even if other members could not be read. */
export interface Account {
  readonly totals: WriteAccount;
  /** The writes that it is made of. */
  readonly histories: Histories;
  readonly lost: readonly LostWrite[];
  /** Old values that are back although the write that replaced them was not to be lost. */
  readonly resurrected: readonly KeyOnMember[];
  /** Values that nobody wrote. */
  readonly phantoms: readonly KeyOnMember[];
  readonly visibleRefusals: readonly KeyOnMember[];
  /** Acknowledged puts that were written again, but for those that the drill declares (`mayBeRewritten`). */
  readonly rewritten: readonly RewrittenKey[];
  /** Acknowledged transactions of several writes. */
  readonly transactions: number;
  /** Transactions that a completely read member does not hold whole. */
  readonly tornTransactions: readonly TornOnMember[];
  /** Reads of the workload that no order of its writes explains, but for those whose loss is by design. */
  readonly readFaults: readonly ReadFault[];
  /** What breaks the rules that the account stands on; then nothing is accused and every total is null. */
  readonly violations: readonly string[];
  /** Whether every total that needs the read-back is known. */
  readonly complete: boolean;
  readonly readBacks: readonly MemberReadBack[];
  /** The revision of the recovery point; null when it is not known, undefined when the drill recorded none. */
  readonly recoveryPointRevision: string | null | undefined;
}

/** Makes the account of a ledger. */
export function accountOf(ledger: Ledger, timeline: Timeline): Account {
  const histories = keyHistories(ledger.entries);
  const members = readBacks(ledger);
  const violations = [...histories.violations, ...writesAfterTheFence(ledger), ...missingOperations(ledger.entries)];
  const point = ledger.entries.findLast((entry) => entry.kind === "recovery-point");
  const recoveryPointRevision = point?.kind === "recovery-point" ? point.revision : undefined;
  const isExempt = mayBeRewritten(ledger, timeline);
  const seen = violations.length > 0 ? nothingSeen() : examine(histories, members, isExempt);
  const isAfterPoint = (write: WriteEntry): boolean =>
    recoveryPointRevision !== null &&
    recoveryPointRevision !== undefined &&
    write.revision !== null &&
    timeline.runbookStartedAtMs !== null &&
    write.atMs < timeline.runbookStartedAtMs &&
    BigInt(write.revision) > BigInt(recoveryPointRevision);
  const lost = [...seen.lost].map(([write, missingOn]) => ({
    write,
    missingOn,
    afterRecoveryPoint: isAfterPoint(write),
  }));
  lost.sort((a, b) => a.write.id - b.write.id);
  const complete = violations.length === 0 && everyMemberWasRead(ledger, members);
  const mustBeKept = new Set(lost.filter((one) => !one.afterRecoveryPoint).map((one) => one.write.key));
  return {
    totals: totalsOf(histories, seen, lost, complete, recoveryPointRevision ?? null),
    histories,
    lost,
    resurrected: seen.resurrected.filter((one) => mustBeKept.has(one.key)),
    phantoms: seen.phantoms,
    visibleRefusals: seen.visibleRefusals,
    rewritten: seen.rewritten,
    transactions: [...histories.transactions.values()].filter(
      (parts) => parts.length > 1 && parts[0]?.outcome === "acknowledged",
    ).length,
    tornTransactions: seen.tornTransactions,
    readFaults:
      violations.length > 0
        ? []
        : readFaults(ledger, histories, {
            isExempt,
            isLostByDesign: (write, read) =>
              timeline.runbookStartedAtMs !== null && read.atMs >= timeline.runbookStartedAtMs && isAfterPoint(write),
          }),
    violations,
    complete,
    readBacks: members,
    recoveryPointRevision,
  };
}

interface Seen {
  readonly lost: Map<WriteEntry, string[]>;
  readonly resurrected: KeyOnMember[];
  readonly phantoms: KeyOnMember[];
  readonly visibleRefusals: KeyOnMember[];
  readonly rewritten: RewrittenKey[];
  readonly tornTransactions: TornOnMember[];
  /** Writes of unknown outcome that are missing on some completely read member. */
  readonly unknownLost: Set<WriteEntry>;
}

function nothingSeen(): Seen {
  const nothing = { resurrected: [], phantoms: [], visibleRefusals: [], rewritten: [], tornTransactions: [] };
  return { lost: new Map(), ...nothing, unknownLost: new Set() };
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

function examine(
  histories: Histories,
  members: readonly MemberReadBack[],
  isExempt: (write: WriteEntry, seenAtMs: number) => boolean,
): Seen {
  const seen = nothingSeen();
  const explained = new Map<MemberReadBack["held"], Explained>();
  for (const member of members) {
    if (!member.complete) continue;
    const on = `${member.node} ${member.pass}`;
    // Members that hold the same share the map (read-backs.ts): what is so once is so of each of them.
    const found = explained.get(member.held) ?? explainAll(histories, member.held, isExempt);
    explained.set(member.held, found);
    const { keys, foreign, torn } = found;
    for (const { key, held, verdict } of keys) {
      for (const write of verdict.lost) seen.lost.set(write, [...(seen.lost.get(write) ?? []), on]);
      if (verdict.resurrected) seen.resurrected.push({ key, on });
      if (verdict.phantom) seen.phantoms.push({ key, on });
      if (verdict.visibleRefusal !== null) seen.visibleRefusals.push({ key, on });
      const acknowledged = verdict.rewritten?.revision ?? null;
      // A read-back is always after the page.
      if (
        verdict.rewritten !== null &&
        acknowledged !== null &&
        held !== null &&
        !isExempt(verdict.rewritten, Infinity)
      ) {
        seen.rewritten.push({ key, on, acknowledged, held: held.revision });
      }
      if (verdict.unknown?.applied === false) seen.unknownLost.add(verdict.unknown.write);
    }
    for (const key of foreign) seen.phantoms.push({ key, on });
    for (const one of torn) seen.tornTransactions.push({ ...one, on });
  }
  return seen;
}

/** What a member's state says of the keys. */
interface Explained {
  /** Those of which it says more than that their acknowledged writes are kept. */
  readonly keys: readonly { readonly key: string; readonly held: HeldKey | null; readonly verdict: KeyVerdict }[];
  /** Those that nobody wrote. */
  readonly foreign: readonly string[];
  readonly torn: readonly TornTransaction[];
}

function explainAll(
  histories: Histories,
  heldKeys: MemberReadBack["held"],
  isExempt: (write: WriteEntry, seenAtMs: number) => boolean,
): Explained {
  const { byKey } = histories;
  const keys: Explained["keys"][number][] = [];
  let found = 0;
  for (const history of byKey.values()) {
    const held = heldKeys.get(history.key) ?? null;
    if (held !== null) found++;
    const verdict = explainKey(history, held);
    if (!isPlain(verdict)) keys.push({ key: history.key, held, verdict });
  }
  const foreign = found === heldKeys.size ? [] : [...heldKeys.keys()].filter((key) => !byKey.has(key));
  const verdicts = keys.map((one) => one.verdict);
  return { keys, foreign, torn: tornTransactions(histories, heldKeys, verdicts, (write) => isExempt(write, Infinity)) };
}

function totalsOf(
  { writes }: Histories,
  seen: Seen,
  lost: readonly LostWrite[],
  complete: boolean,
  recoveryPointRevision: string | null,
): WriteAccount {
  const count = (outcome: WriteEntry["outcome"]): number => writes.filter((write) => write.outcome === outcome).length;
  const acknowledged = count("acknowledged");
  const unknown = count("unknown");
  const known = { attempted: writes.length, acknowledged, refused: count("refused"), unknown };
  if (!complete) {
    const nothing = { kept: null, lost: null, lostAfterRecoveryPoint: null, lostSpanMs: null };
    return { ...known, ...nothing, resurrected: null, unknownKept: null, unknownLost: null };
  }
  const pointIsKnown = recoveryPointRevision !== null || lost.length === 0;
  const answersMs = lost.map((one) => one.write.atMs);
  const spanMs =
    answersMs.reduce((a, b) => Math.max(a, b), -Infinity) - answersMs.reduce((a, b) => Math.min(a, b), Infinity);
  return {
    ...known,
    kept: acknowledged - lost.length,
    lost: lost.length,
    lostAfterRecoveryPoint: pointIsKnown ? lost.filter((one) => one.afterRecoveryPoint).length : null,
    lostSpanMs: lost.length === 0 ? 0 : spanMs,
    resurrected: new Set(seen.resurrected.map((one) => one.key)).size,
    unknownKept: unknown - seen.unknownLost.size,
    unknownLost: seen.unknownLost.size,
  };
}

/** Whether all nodes were read after convergence, and after the restart too if there was one. */
function everyMemberWasRead(ledger: Ledger, members: readonly MemberReadBack[]): boolean {
  const restarted = ledger.entries.some(
    (entry) => entry.kind === "restart" || (entry.kind === "fence" && entry.pass === "after-restart"),
  );
  const needed = members.filter((member) => member.pass === "after-convergence" || restarted);
  return needed.length > 0 && needed.every((member) => member.complete);
}

/** A write that is answered after the first fence may be missing there with every right. */
function writesAfterTheFence(ledger: Ledger): readonly string[] {
  const fence = ledger.entries.find((entry) => entry.kind === "fence");
  if (fence === undefined) return [];
  return ledger.entries.flatMap((entry) =>
    entry.kind === "operation" && entry.op !== "get" && entry.atMs > fence.atMs
      ? [`${entry.key}: operation ${entry.id} ended after the fence of the read-back`]
      : [],
  );
}
