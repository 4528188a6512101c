/** Check: the harness was awake while it measured, and nobody jumped the gun. */
import { formatMs } from "../../core/index.ts";
import { alertRule, loopLag, longestUnwatched } from "../../measure/index.ts";
import { inconclusive, passed, type Check, type Judged } from "../check.ts";
import type { Evidence } from "../evidence.ts";

/**
 * The drill's own loop follows the page and starts its steps: its standstills become part of the recovery time. On two
 * otherwise idle processors it stands still for 10 to 60 ms at most, beside a compiler for 120 ms.
 */
const DRILL_LAG_AT_MOST_MS = 250;

/**
 * A relapse that is shorter than this may lie between two looks, from the last failure to the end of the hold. An
 * election, the shortest thing that takes a member's service away, takes five times as long.
 */
const UNWATCHED_AT_MOST_MS = 200;

/** Never a failure: a time that cannot be trusted accuses nobody. */
export const timeTrustworthyCheck: Check<"time-trustworthy"> = {
  id: "time-trustworthy",
  title: "Time trustworthy",
  proves: `The harness itself did not delay the recovery by more than ${DRILL_LAG_AT_MOST_MS} ms at a time, its probes looked away for no more than ${UNWATCHED_AT_MOST_MS} ms from the last failure to the end of the hold, and the page was begun on an alert that was true.`,
  source: {
    address: "https://nodejs.org/en/docs/guides/dont-block-the-event-loop",
    fact: "While the event loop of Node.js stands still no timer fires and no answer is heard: what is measured then is the harness.",
  },
  judge: judgeTime,
};

/** Whether the recovery time may be relied on; the objective's check asks too. */
export function judgeTime(evidence: Evidence): Judged {
  const { injectedAtMs } = evidence.timeline;
  if (injectedAtMs === null) return inconclusive("No fault was injected, so no time was measured.");
  return (
    asleep(evidence, injectedAtMs) ??
    lookedAway(evidence, injectedAtMs) ??
    answeredTooLate(evidence, injectedAtMs) ??
    early(evidence) ??
    awake(evidence, injectedAtMs)
  );
}

/** The drill's own loop stood still, or nobody knows. */
function asleep(evidence: Evidence, injectedAtMs: number): Judged | null {
  const { maxMs, uncoveredMs } = drillLag(evidence, injectedAtMs);
  if (maxMs === null) return inconclusive("The harness's event loop was not watched.");
  if (uncoveredMs > DRILL_LAG_AT_MOST_MS) {
    return inconclusive(`The harness's event loop was not watched for ${formatMs(uncoveredMs)} of the recovery.`);
  }
  return maxMs <= DRILL_LAG_AT_MOST_MS
    ? null
    : inconclusive(
        `The harness's event loop stood still for ${formatMs(maxMs)}, more than the ${formatMs(DRILL_LAG_AT_MOST_MS)} by which it may delay the page.`,
      );
}

/** Nobody looked for so long that a relapse may have been missed. A recovery that never ended claims no hold. */
function lookedAway(evidence: Evidence, injectedAtMs: number): Judged | null {
  const unwatched = unwatchedOf(evidence, injectedAtMs);
  if (unwatched === null || unwatched.longestMs <= UNWATCHED_AT_MOST_MS) return null;
  const where = unwatched.node === null ? "the whole cluster" : `writes through ${unwatched.node}`;
  return inconclusive(
    `Nobody looked at ${where} for ${formatMs(unwatched.longestMs)} beyond the probe period, between the last failure and the end of the hold: a relapse of that length would not have been seen.`,
  );
}

/**
 * Whether the alert is true is known only of members that somebody looked at: each must have refused a probe while the alert says that none was
 * acknowledged. One that was sent before the alert and came to nothing after it counts.
 */
function unseen({ all, startingNodes }: Evidence, detectedAtMs: number, unavailableForMs: number): Judged | null {
  const fromMs = detectedAtMs - unavailableForMs;
  const refused = all("service-probe").filter(
    (probe) => probe.ok === false && probe.atMs > fromMs && probe.sentAtMs <= detectedAtMs,
  );
  const unknown = startingNodes.filter((node) => !refused.some((probe) => probe.node === node));
  return unknown.length === 0
    ? null
    : inconclusive(
        `Nobody knows whether the alert was true: no probe through ${unknown.join(", ")} proved anything while none was acknowledged.`,
      );
}

/** The page or the alert came too early. */
function early(evidence: Evidence): Judged | null {
  const { detectedAtMs, runbookStartedAtMs } = evidence.timeline;
  const { detection } = evidence.plan;
  if (detection.kind === "none") {
    return detectedAtMs === null
      ? null
      : inconclusive("An alert is on record of a drill in which nobody is alerted.", [detection.because]);
  }
  if (runbookStartedAtMs !== null && (detectedAtMs === null || detectedAtMs > runbookStartedAtMs)) {
    return inconclusive("The page was begun before the fault was detected: a time without its detection flatters.");
  }
  if (detectedAtMs === null) return null;
  if (detection.kind === "not-steady") return seenUnsteady(evidence, detectedAtMs);
  const { unavailableForMs } = detection;
  const servedMs = servedBeforeAlertMs(evidence, detectedAtMs);
  if (servedMs === null || servedMs >= unavailableForMs) return unseen(evidence, detectedAtMs, unavailableForMs);
  return inconclusive(
    `A service probe was acknowledged ${formatMs(servedMs)} before the alert, which says that none was for ${formatMs(unavailableForMs)}: a detection that comes too early flatters.`,
  );
}

/** The rule of the live alert, applied to the record until the alert: it must have fired by then. */
function seenUnsteady({ places, plan, recovery, timeline }: Evidence, detectedAtMs: number): Judged | null {
  const rule = alertRule(plan, places, { notBeforeMs: timeline.injectedAtMs ?? 0 });
  for (const entry of recovery.watched) {
    if (entry.kind === "detection") break;
    rule.observe(entry);
  }
  const firedAtMs = rule.firedAtMs();
  return firedAtMs !== null && firedAtMs <= detectedAtMs
    ? null
    : inconclusive(
        "The alert says that the cluster was not steady for a time, and the record does not show that: a detection that comes too early flatters.",
      );
}

function awake(evidence: Evidence, injectedAtMs: number): Judged {
  const { maxMs } = drillLag(evidence, injectedAtMs);
  const unwatched = unwatchedOf(evidence, injectedAtMs);
  const looked =
    unwatched === null
      ? ""
      : ` The probes looked away for at most ${formatMs(unwatched.longestMs)} beyond their period.`;
  return passed(`The harness's event loop stood still for at most ${formatMs(maxMs ?? 0)}.${looked}`);
}

function drillLag({ all, recovery }: Evidence, injectedAtMs: number): ReturnType<typeof loopLag> {
  // A recovery that never ended claims only "longer than low": what is measured ends there.
  const untilMs = injectedAtMs + (recovery.recoveryTimeMs.high ?? recovery.recoveryTimeMs.low ?? 0);
  return loopLag(all("loop-lag"), "drill", { fromMs: injectedAtMs, untilMs });
}

function unwatchedOf(evidence: Evidence, injectedAtMs: number): ReturnType<typeof longestUnwatched> | null {
  const { all, nodes, plan, recovery } = evidence;
  const { low, high } = recovery.recoveryTimeMs;
  if (low === null || high === null) return null;
  const untilMs = injectedAtMs + high + plan.holdForMs;
  return longestUnwatched([...all("service-probe"), ...all("cluster-probe")], plan, {
    nodes,
    fromMs: injectedAtMs + low,
    untilMs,
  });
}

/**
 * How long before the alert the last service probe was acknowledged; null when none was. An alert that fires sooner than
 * it says names a detection that no real alert would give. No slack: the drill waits by the same times that it records.
 */
function servedBeforeAlertMs({ all }: Evidence, detectedAtMs: number): number | null {
  const servedAtMs = all("service-probe").reduce(
    (last, probe) => (probe.ok === true && probe.atMs <= detectedAtMs ? Math.max(last, probe.atMs) : last),
    -Infinity,
  );
  return servedAtMs === -Infinity ? null : detectedAtMs - servedAtMs;
}

/**
 * A probe that was good after its own time-out was tried again behind our back (law 5), or its deadline is not kept: the
 * instant of its answer is then not that of a first success. A period more is allowed, and as much as the loop that probes stood
 * still meanwhile, twice: the time-out is looked at late by one standstill, and an answer that has come by then is heard in that turn of
 * the loop, which may stand still as long (system/etcd/exchange.test.ts).
 */
function answeredTooLate({ all, plan, recovery }: Evidence, fromMs: number): Judged | null {
  const { periodMs, timeoutMs } = plan.serviceProbe;
  const untilMs = fromMs + (recovery.recoveryTimeMs.high ?? recovery.recoveryTimeMs.low ?? 0);
  const lags = all("loop-lag");
  const late = all("service-probe").find(({ atMs, ok, sentAtMs }) => {
    const dueAtMs = sentAtMs + timeoutMs;
    if (ok !== true || sentAtMs > untilMs || atMs < fromMs || atMs <= dueAtMs + periodMs) return false;
    const { maxMs } = loopLag(lags, "probes", { fromMs: dueAtMs, untilMs: atMs });
    return atMs > dueAtMs + periodMs + 2 * (maxMs ?? 0);
  });
  return late === undefined
    ? null
    : inconclusive(
        `Through ${late.node}, a probe that is given ${formatMs(timeoutMs)} was acknowledged after ${formatMs(late.atMs - late.sentAtMs)}: it was tried again, or its time-out is not kept.`,
      );
}
