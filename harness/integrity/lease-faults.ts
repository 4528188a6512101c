/**
 * What is wrong with leases, in sentences: gone before their time, living on, not there though kept alive, and not the same
 * on every member.
 *
 * etcd: only the leader counts a lease's time; a new one gives every lease its whole time again and an election time-out
 * more, and while nobody leads none ends. A lease's end is a write: it and its keys go at one revision on every member.
 */
import { formatMs } from "../core/index.ts";
import type { Evidence } from "./evidence.ts";
import { ledSince } from "./leadership.ts";
import { inForceUntilMs, mayBeLost, type LeaseRecord, type LeaseState } from "./lease-records.ts";
import { printable } from "./lost-keys.ts";

/** Told to be gone while its time, counted from the sending of the last call that started it, was not over; in ms. */
export function leftWhenGoneMs(record: LeaseRecord): number {
  const { gone } = record;
  const untilMs = gone === null ? null : inForceUntilMs(record, gone.sentAtMs);
  return gone === null || untilMs === null ? 0 : Math.max(0, untilMs - gone.atMs);
}

/** Gone before its time, and not by design. */
export function early(record: LeaseRecord, evidence: Evidence): readonly string[] {
  const leftMs = leftWhenGoneMs(record);
  return leftMs === 0 || isLostByDesign(record, evidence)
    ? []
    : [`${nameOf(record)} was gone ${formatMs(leftMs)} before its time`];
}

/** Gone since the fault, and it may be so by design. */
export function isLostByDesign(record: LeaseRecord, evidence: Evidence): boolean {
  const { injectedAtMs, runbookStartedAtMs } = evidence.timeline;
  const fromMs = injectedAtMs ?? runbookStartedAtMs ?? Infinity;
  return record.gone !== null && record.gone.atMs >= fromMs && mayBeLost(record, evidence);
}

/**
 * Left alone, and there when its time had been over for longer than the slack; or there after it was said to be gone. Only
 * under one leader that led all that while: what happens after the look, as the rolling restart does, is no excuse.
 */
export function livesOn(
  record: LeaseRecord,
  { evidence, states, slackMs }: { evidence: Evidence; states: readonly LeaseState[]; slackMs: number },
): readonly string[] {
  const { calls, grant, key, lease } = record;
  if (grant === null || grant.purpose !== "abandoned") return [];
  const isOver = (atMs: number): boolean => {
    const sinceMs = ledSince(evidence, atMs);
    if (sinceMs === null) return false;
    const wasGone = calls.some((one) => one.alive === false && one.sentAtMs >= sinceMs && one.atMs <= atMs);
    return wasGone || atMs > Math.max(grant.atMs, sinceMs) + grant.ttlMs + slackMs;
  };
  const isSeen = calls.some((one) => one.act === "look" && one.alive === true && isOver(one.sentAtMs));
  const holding = states.filter((one) => one.keys?.includes(key) === true || one.leases?.includes(lease) === true);
  const over = holding.filter((one) => isOver(one.sentAtMs));
  const withLease = over.filter((one) => one.leases?.includes(lease) === true).map((one) => one.node);
  const withKey = over.filter((one) => one.keys?.includes(key) === true).map((one) => one.node);
  return [
    ...(isSeen || withLease.length > 0 ? [`${nameOf(record)} lives on, left alone${on(withLease)}`] : []),
    ...(withKey.length > 0 ? [`the key ${printable(key)} of ${nameOf(record)} lives on${on(withKey)}`] : []),
  ];
}

/** Kept alive in time, granted before what the member had reached, and not there, or not its key. */
export function missing(record: LeaseRecord, states: readonly LeaseState[], evidence: Evidence): readonly string[] {
  const { attach, gone, key, lease, purpose } = record;
  if (purpose !== "kept" || gone !== null || mayBeLost(record, evidence)) return [];
  return states.flatMap((state) => {
    if (!isInForce(record, state)) return [];
    const { node } = state;
    const hasKey = attach !== null && attach.revision !== null && BigInt(attach.revision) <= BigInt(state.revision);
    return [
      ...(state.leases?.includes(lease) === false
        ? [`${nameOf(record)} was kept alive in time and is not on ${node}`]
        : []),
      ...(hasKey && state.keys?.includes(key) === false
        ? [`the key ${printable(key)} of ${nameOf(record)}, which was kept alive in time, is not on ${node}`]
        : []),
    ];
  });
}

/** Whether a lease had to be there when a member was looked at: granted before the revision that it had reached, with time left. */
export function isInForce(record: LeaseRecord, state: LeaseState): boolean {
  const { grant } = record;
  if (grant === null || grant.revision === null || BigInt(grant.revision) >= BigInt(state.revision)) return false;
  const untilMs = inForceUntilMs(record, state.sentAtMs);
  return untilMs !== null && untilMs > state.atMs;
}

/** Members that hold different keys of leases at one revision. */
export function differing(states: readonly LeaseState[]): readonly string[] {
  const [first, ...others] = states.filter((one) => one.keys !== null);
  return others.flatMap((other) => {
    if (other.revision !== first?.revision) return [];
    const here = new Set(first.keys);
    const there = new Set(other.keys);
    const unlike = [...new Set([...here, ...there])].filter((key) => here.has(key) !== there.has(key));
    return unlike.map((key) =>
      here.has(key)
        ? `${printable(key)} is on ${first.node} and not on ${other.node}`
        : `${printable(key)} is on ${other.node} and not on ${first.node}`,
    );
  });
}

function nameOf({ lease, purpose, node }: LeaseRecord): string {
  return `lease ${lease} (${purpose}, through ${node})`;
}

function on(nodes: readonly string[]): string {
  return nodes.length === 0 ? "" : ` on ${nodes.join(", ")}`;
}
