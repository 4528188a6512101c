/** Check: leases end when nobody keeps them alive, not before their time, and not on one member only. */
import { formatMs } from "../../core/index.ts";
import { failed, inconclusive, inconclusiveAt, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { OpenPoint } from "../gaps.ts";
import { ledSince } from "../leadership.ts";
import { differing, early, isInForce, isLostByDesign, leftWhenGoneMs, livesOn, missing } from "../lease-faults.ts";
import { leaseRecords, leaseStates, type LeaseRecord, type LeaseState } from "../lease-records.ts";
import { notListening } from "../listening.ts";
import { judgeLeaseObjects } from "./lease-objects.ts";

/**
 * A change of leader starts the time of every lease again, and without a leader none ends: both are allowed. A kept lease
 * may end during the outage, since nobody could keep it alive; that is stated. Where leases are objects the store ends none by itself, and
 * what is judged is what was acknowledged of them (lease-objects.ts).
 */
export const leasesSaneCheck: Check<"leases-sane"> = {
  id: "leases-sane",
  title: "Leases sane",
  proves:
    "Leases that were left alone, one of them in its time when the fault came, ended with their keys on every member; none ended before its time; and what was kept alive in time is there. Where leases are objects that candidates renew (Kubernetes): every acknowledged change of one is there, and none was held by two, in one term or at one instant.",
  source: {
    address: "https://github.com/etcd-io/etcd/issues/9888",
    fact: "A new leader gives every lease its whole time again, since only the leader knows how much was left: leases may live longer, never shorter, and never for ever once there is a leader that stays.",
  },
  judge: (evidence, { slackMs }) => {
    if (evidence.all("lease-object").length > 0) return judgeLeaseObjects(evidence);
    const absent = evidence.all("absent").find((one) => one.what === "leases");
    const records = leaseRecords(evidence);
    if (records.length === 0 && absent !== undefined) {
      return { outcome: "skipped", summary: `There are no leases: ${absent.reason}.`, details: [] };
    }
    const states = leaseStates(evidence);
    const late = records.flatMap((one) => livesOn(one, { evidence, states, slackMs }));
    const faults = [
      ...records.flatMap((one) => early(one, evidence)),
      ...records.flatMap((one) => missing(one, states, evidence)),
      ...differing(states),
    ];
    const still = late.length === 0 ? null : notListening(evidence, slackMs);
    const proven = still === null ? [...faults, ...late] : faults;
    if (proven.length > 0) return failed(`Leases did not end as they should: ${proven.length} time(s).`, proven);
    if (still !== null) return inconclusive(`Leases were there longer than they should, but ${still}.`, late);
    const questions = openQuestions(evidence, records, states);
    if (questions.length > 0) return inconclusiveAt("It is not known whether leases ended as they should.", questions);
    return passed(described(evidence, records, { states, slackMs }));
  },
};

const leftAlone = (records: readonly LeaseRecord[]): readonly LeaseRecord[] =>
  records.filter((one) => one.purpose === "abandoned");

/** When what the drill does to the cluster began; null where nothing was done to it, as in a control. */
function begunMs({ timeline }: Evidence): number | null {
  return timeline.injectedAtMs ?? timeline.runbookStartedAtMs;
}

/** Left alone with a key, and in its time when the fault came. Where no fault came, any. */
function wentThrough({ grant, attach }: LeaseRecord, evidence: Evidence): boolean {
  if (grant === null || attach === null) return false;
  const atMs = begunMs(evidence);
  return atMs === null || (attach.atMs <= atMs && grant.sentAtMs + grant.ttlMs > atMs);
}

function openQuestions(
  evidence: Evidence,
  records: readonly LeaseRecord[],
  states: readonly LeaseState[],
): readonly OpenPoint[] {
  // The drill looks at the leases only once steady state has returned.
  const neverLooked = evidence.timeline.steadyAgainSinceMs === null && evidence.all("lease-state").length === 0;
  const notSeen = (what: string): OpenPoint => ({ what, gap: neverLooked ? "never-steady-again" : "unexplained" });
  const open = (what: string): OpenPoint => ({ what, gap: "unexplained" });
  const { nodes } = evidence;
  const left = leftAlone(records);
  // Also those of which nobody knows whether they were granted.
  const unseen = left.filter((one) => !one.refused && one.gone === null);
  const atMs = begunMs(evidence) ?? Infinity;
  const kept = records.filter((one) => one.purpose === "kept");
  const isThere = (one: LeaseRecord, state: LeaseState): boolean =>
    isInForce(one, state) && state.leases?.includes(one.lease) === true && state.keys?.includes(one.key) === true;
  return [
    ...(nodes.length === 0 ? [open("no member is on record")] : []),
    ...(left.some((one) => wentThrough(one, evidence))
      ? []
      : [open("no lease was left alone with a key and in its time when the fault came")]),
    ...(left.some((one) => one.calls.some(({ act, alive }) => act === "look" && alive === true))
      ? []
      : [open("no lease that was left alone was seen within its time")]),
    ...(unseen.length > 0
      ? [notSeen(`of ${unseen.length} leases that were left alone nobody saw that they are gone`)]
      : []),
    ...(kept.some(({ attach }) => attach !== null && attach.atMs <= atMs)
      ? []
      : [open("no lease with a key was kept alive when the fault came")]),
    ...nodes.flatMap((node) => {
      const state = states.findLast((one) => one.node === node);
      if (state === undefined || state.keys === null || state.leases === null)
        return [notSeen(`what ${node} holds of leases is not known`)];
      const held = left.filter(
        (one) => state.keys?.includes(one.key) === true || state.leases?.includes(one.lease) === true,
      );
      return [
        ...(held.length > 0
          ? [open(`${node} still holds ${held.length} that were left alone: whether their time was over is not known`)]
          : []),
        ...(kept.some((one) => isThere(one, state))
          ? []
          : [open(`no lease was kept alive for certain when ${node} was looked at`)]),
      ];
    }),
  ];
}

function described(
  evidence: Evidence,
  records: readonly LeaseRecord[],
  { states, slackMs }: { readonly states: readonly LeaseState[]; readonly slackMs: number },
): string {
  const left = leftAlone(records).filter((one) => one.grant !== null);
  const through = left.filter((one) => wentThrough(one, evidence)).length;
  const kept = records.filter((one) => one.purpose === "kept" && one.grant !== null);
  const byDesign = records.filter((one) => leftWhenGoneMs(one) > 0 && isLostByDesign(one, evidence)).length;
  const expired = kept.filter((one) => one.gone !== null && leftWhenGoneMs(one) === 0).length;
  const sinceMs = ledSince(evidence, states.at(-1)?.sentAtMs ?? Infinity);
  const led = sinceMs === null ? "who led last is not known" : `the last was seen at ${formatMs(sinceMs)} of the drill`;
  return [
    `${left.length} leases that were left alone${begunMs(evidence) === null ? "" : `, ${through} of them in their time when the fault came,`} are gone with their keys from every member, none before its time.`,
    `Of ${kept.length} that were kept alive ${expired} expired, which is allowed: for a whole time to live no keep-alive of theirs was answered.`,
    ...(byDesign > 0
      ? [`${byDesign} were gone at once, as may be: they are not known to be within the recovery point.`]
      : []),
    `A change of leader starts every lease's time again, which is allowed (${led}); they may be ${formatMs(slackMs)} late.`,
  ].join(" ");
}
