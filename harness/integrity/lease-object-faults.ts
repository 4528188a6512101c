/**
 * What became of what was acknowledged of Lease objects: changes that are gone, one that was given up and stands in its old holder's name
 * again, and what nobody wrote. Not its business: who held one while another did (lease-object-holders.ts).
 *
 * Each write is on the condition that the object still is what was seen (its resourceVersion), so that of two writes one of which was sent
 * when the other had ended, the later one is applied later or never: what is found names the last write that was, and whatever was
 * acknowledged after that one is gone. Of writes that overlap nothing is said.
 */
import type { LeaseObjectSays } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";
import { type LeaseObjectLook, type LeaseObjectRecord, type LeaseObjectWrite } from "./lease-object-records.ts";
import { printable } from "./lost-keys.ts";

/** What else is to be known. */
export type Ground = {
  readonly timeline: Pick<Evidence["timeline"], "runbookStartedAtMs">;
  readonly account: Pick<Evidence["account"], "mustKeepEverything" | "recoveryPointRevision">;
};

/** An acknowledged change that is gone, by the first look that shows it. */
export interface LostChange {
  readonly name: string;
  readonly write: LeaseObjectWrite;
  readonly look: LeaseObjectLook;
  /** The drill lets it be lost: it is not known to be within the recovery point. */
  readonly byDesign: boolean;
}

/** What the looks show. */
export interface LeaseObjectAccount {
  readonly lost: readonly LostChange[];
  /** What nobody wrote, in sentences. */
  readonly foreign: readonly string[];
  /** What was refused and is there, in sentences: the table of outcomes is wrong. */
  readonly visibleRefusals: readonly string[];
}

/** Holds every look against what was written. */
export function leaseObjectAccount(records: readonly LeaseObjectRecord[], ground: Ground): LeaseObjectAccount {
  const lost = new Map<LeaseObjectWrite, Omit<LostChange, "byDesign">>();
  const excused = new Map<LeaseObjectWrite, boolean>();
  const foreign = new Set<string>();
  const visibleRefusals = new Set<string>();
  const keptUpTo = lastKeptOfBefore(records, ground);
  for (const { name, looks, writes } of records) {
    for (const look of looks) {
      const { by, says, sentAtMs } = look;
      const source =
        says === null ? undefined : writes.findLast((one) => one.outcome !== "refused" && isThat(one, says));
      if (says !== null && source === undefined) {
        const wasRefused = writes.some((one) => isThat(one, says));
        (wasRefused ? visibleRefusals : foreign).add(`${printable(name)}: ${by} found ${described(says)}`);
        continue;
      }
      const from = source === undefined ? -1 : writes.indexOf(source);
      for (const [at, write] of writes.entries()) {
        if (write.outcome !== "acknowledged" || write.atMs >= sentAtMs) continue;
        if (source !== undefined && !isLater(write, source, at > from)) continue;
        if (!lost.has(write)) lost.set(write, { name, write, look });
        const byDesign = isBeyondPoint(write, ground) && isAfterBegin(look, ground) && revisionIn(write) > keptUpTo;
        excused.set(write, (excused.get(write) ?? true) && byDesign);
      }
    }
  }
  return {
    lost: [...lost.values()].map((one) => ({ ...one, byDesign: excused.get(one.write) === true })),
    foreign: [...foreign],
    visibleRefusals: [...visibleRefusals],
  };
}

/** One lost change on one line. */
export function describeLostChange({ byDesign, look, name, write }: LostChange): string {
  const { act, candidate, revision, term } = write;
  const again = isHeldAgain({ look, write }) ? `, which ${candidate} had given up` : "";
  const beyond = byDesign ? ", after the recovery point" : "";
  return `${printable(name)}: ${act} by ${candidate} in term ${term} at revision ${revision} is gone, ${look.by} found ${described(look.says)}${again}${beyond}`;
}

/** Whether what was given up stands in the name of who gave it up. */
export function isHeldAgain({ look, write }: Pick<LostChange, "look" | "write">): boolean {
  return write.act === "release" && look.says?.holder === write.candidate && look.says.term === write.term;
}

/** Each write differs from every other one by its holder, its term or its time. */
function isThat(write: LeaseObjectWrite, says: LeaseObjectSays): boolean {
  return write.holder === says.holder && write.term === says.term && write.renewedAtUnixMs === says.renewedAtUnixMs;
}

/**
 * Sent when the other had ended. Of one candidate, which makes one call about an object after the other, it is the one that comes later on
 * record.
 */
function isLater(write: LeaseObjectWrite, than: LeaseObjectWrite, comesLater: boolean): boolean {
  return write.sentAtMs > than.atMs || (comesLater && write.candidate === than.candidate);
}

/** Not known to be within the recovery point, as mayBeLost (lease-records.ts) of leases. */
export function isBeyondPoint({ atMs, revision }: LeaseObjectWrite, { account, timeline }: Ground): boolean {
  if (account.mustKeepEverything) return false;
  if (timeline.runbookStartedAtMs === null || atMs >= timeline.runbookStartedAtMs) return false;
  const point = account.recoveryPointRevision ?? null;
  return point === null || revision === null || BigInt(revision) > BigInt(point);
}

function isAfterBegin({ sentAtMs }: LeaseObjectLook, { timeline }: Ground): boolean {
  return timeline.runbookStartedAtMs !== null && sentAtMs >= timeline.runbookStartedAtMs;
}

/** The last revision of before the page at which anything was found after it had begun: the store went back no further. */
function lastKeptOfBefore(records: readonly LeaseObjectRecord[], ground: Ground): bigint {
  const beginsMs = ground.timeline.runbookStartedAtMs ?? Infinity;
  let last = 0n;
  for (const { looks, writes } of records) {
    for (const look of looks) {
      const { says } = look;
      if (says === null || says.revision === null || !isAfterBegin(look, ground)) continue;
      const kept = writes.find(
        (one) =>
          one.outcome === "acknowledged" && one.atMs < beginsMs && one.revision === says.revision && isThat(one, says),
      );
      if (kept !== undefined && revisionIn(kept) > last) last = revisionIn(kept);
    }
  }
  return last;
}

function revisionIn({ revision }: LeaseObjectWrite): bigint {
  return BigInt(revision ?? 0);
}

function described(says: LeaseObjectSays | null): string {
  if (says === null) return "none";
  const who = says.holder === null ? "nobody" : printable(says.holder);
  return `${who} in term ${says.term} at revision ${says.revision}`;
}
