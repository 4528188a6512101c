/** The recovery: that it converged, when, whether that time can be trusted, and whether it lasts. */
import { AT, changed, cutAt, healthyLedger, without, withPlan } from "../../../fixtures/ledgers/build.ts";
import { describePlanted, type Planted } from "../../../fixtures/ledgers/planted.ts";
import { badProbe, seenLater } from "../../../fixtures/ledgers/probed.ts";

const healthy = healthyLedger();

const planted: readonly Planted[] = [
  [
    "converged",
    "a member never comes back",
    changed(healthy, "service-probe", (one) =>
      one.node === "n3" && one.sentAtMs > 17_000 ? { ...one, ok: false, reason: "deadline" } : one,
    ),
    "failed",
    /through n3 was not acknowledged/,
  ],
  [
    "converged",
    "the members disagree",
    seenLater(healthy, (view) => ({
      ...view,
      stateHash: view.node === "n2" && view.stateHash !== null ? { ...view.stateHash, hash: "other" } : view.stateHash,
    })),
    "failed",
    /different data/,
  ],
  ["converged", "a relapse just before the read-back", badProbe(healthy, "n1", 21_300), "failed", /did not hold/],
  ["converged", "the wait is cut short", cutAt(healthy, 19_000), "inconclusive", /cut short/],
  [
    "converged",
    "hashes are never comparable",
    seenLater(healthy, (view) => ({ ...view, stateHash: null })),
    "inconclusive",
    /compared/,
  ],
  [
    "converged",
    "a member is never probed",
    without(healthy, "service-probe", (one) => one.node === "n3"),
    "inconclusive",
    /through n3: no probe has been heard/,
  ],
  [
    "time-trustworthy",
    "the event loop lagged",
    changed(healthy, "loop-lag", (one) =>
      one.atMs === 15_000 && one.loop === "drill" ? { ...one, maxLagMs: 280 } : one,
    ),
    "inconclusive",
    /280 ms/,
  ],
  [
    "time-trustworthy",
    "nobody looked at a member for a while within the hold",
    without(healthy, "service-probe", (one) => one.node === "n2" && one.sentAtMs > 18_500 && one.sentAtMs < 18_900),
    "inconclusive",
    /writes through n2 for 300 ms/,
  ],
  [
    "time-trustworthy",
    "nobody watched for a while",
    without(healthy, "loop-lag", (one) => one.atMs === 15_000),
    "inconclusive",
    /not watched for 1.00 s/,
  ],
  [
    "time-trustworthy",
    "the page began before detection",
    changed(healthy, "detection", (one) => ({ ...one, atMs: 12_200 })),
    "inconclusive",
    /before the fault was detected/,
  ],
  [
    "time-trustworthy",
    "every probe between the fault and the alert proves nothing",
    changed(healthy, "service-probe", (one) =>
      one.sentAtMs > 9900 && one.sentAtMs < 11_050 ? { ...one, ok: null, reason: "harness-stood-still" } : one,
    ),
    "inconclusive",
    /whether the alert was true: no probe through n1, n2, n3/,
  ],
  [
    "time-trustworthy",
    "nobody probed one member between the fault and the alert",
    without(healthy, "service-probe", (one) => one.node === "n2" && one.sentAtMs > 9900 && one.sentAtMs < 11_050),
    "inconclusive",
    /whether the alert was true: no probe through n2 proved/,
  ],
  [
    "survives-rolling-restart",
    "a member does not come back",
    changed(
      seenLater(healthy, (view) => (view.node === "n2" ? { ...view, answered: false } : view), AT.allRestarted),
      "restart",
      (one) => (one.event === "steady-again" ? { ...one, event: "not-steady", node: "n2" } : one),
    ),
    "failed",
    /n2 does not answer/,
  ],
  [
    "survives-rolling-restart",
    "a restart fails",
    changed(healthy, "restart", (one, index) => (index === 0 ? { ...one, event: "failed" } : one)),
    "failed",
    /n1: failed/,
  ],
  [
    "survives-rolling-restart",
    "one member was left out",
    without(healthy, "restart", (one) => one.node === "n2"),
    "inconclusive",
    /n2/,
  ],
  [
    "survives-rolling-restart",
    "a restart is claimed, and no process started",
    without(healthy, "process", (one) => one.actor === "harness" && one.node === "n3" && one.atMs > AT.rollingRestart),
    "inconclusive",
    /n3/,
  ],
  [
    "survives-rolling-restart",
    "the probes say otherwise",
    badProbe(healthy, "n1", 27_000),
    "broken",
    /do not bear it out/,
  ],
  [
    "survives-rolling-restart",
    "the members are others",
    seenLater(
      healthy,
      (view) => ({
        ...view,
        memberId: `${view.memberId}9`,
        members: view.members?.map((one) => ({ ...one, memberId: `${one.memberId}9` })) ?? null,
        leaderId: "119",
      }),
      AT.rollingRestart,
    ),
    "failed",
    /was member 11 .* is member 119/,
  ],
  [
    "recovery-time-within-objective",
    "it took longer",
    withPlan(healthy, { objectives: { ...healthy.header.plan.objectives, recoveryTimeMs: 5000 } }),
    "failed",
    /between 7.79 s and 8.0/,
  ],
  [
    "recovery-time-within-objective",
    "the limit lies within the interval",
    withPlan(healthy, { objectives: { ...healthy.header.plan.objectives, recoveryTimeMs: 7900 } }),
    "inconclusive",
    /between/,
  ],
  [
    "recovery-time-within-objective",
    "it never converged, beyond the limit",
    withPlan(badProbe(healthy, "n1", 21_300), {
      objectives: { ...healthy.header.plan.objectives, recoveryTimeMs: 5000 },
    }),
    "failed",
    /more than/,
  ],
  [
    "recovery-time-within-objective",
    "it never converged while it was watched",
    cutAt(healthy, 19_000),
    "inconclusive",
    /more than/,
  ],
  [
    "recovery-time-within-objective",
    "the time cannot be trusted",
    changed(healthy, "loop-lag", (one) => ({ ...one, maxLagMs: 5000 })),
    "inconclusive",
    /cannot be trusted/,
  ],
];

describePlanted(planted);
