/** Check: the harness was awake while it measured, and nobody jumped the gun. */
import { formatMs } from "../../core/index.ts";
import { loopLag } from "../../measure/index.ts";
import { inconclusive, passed, type Check, type Judged } from "../check.ts";
import type { Evidence } from "../evidence.ts";

/** Never a failure: a time that cannot be trusted accuses nobody. */
export const timeTrustworthyCheck: Check<"time-trustworthy"> = {
  id: "time-trustworthy",
  title: "Time trustworthy",
  proves:
    "The harness's event loop never lagged by more than a probe period while the recovery was measured, and the page was begun on an alert that was true.",
  source: {
    address: "https://nodejs.org/en/docs/guides/dont-block-the-event-loop",
    fact: "While the event loop of Node.js stands still no timer fires and no answer is heard: what is measured then is the harness.",
  },
  judge: judgeTime,
};

/**
 * How long before the alert the last service probe was acknowledged; null when none was. An alert that fires sooner than
 * it says names a detection that no real alert would give. No slack: the drill waits by the same times that it records.
 */
function servedBeforeAlertMs({ all }: Evidence, detectedAtMs: number): number | null {
  const servedAtMs = all("service-probe").reduce(
    (last, probe) => (probe.ok && probe.atMs <= detectedAtMs ? Math.max(last, probe.atMs) : last),
    -Infinity,
  );
  return servedAtMs === -Infinity ? null : detectedAtMs - servedAtMs;
}

/**
 * A probe that was good after its own time-out was tried again behind our back (law 5), or its deadline is not kept: the
 * instant of its answer is then not that of a first success. A period more is allowed, as for the event loop.
 */
function answeredTooLate({ all, plan }: Evidence, fromMs: number, untilMs: number): string | null {
  const { periodMs, timeoutMs } = plan.serviceProbe;
  const late = all("service-probe").find(
    (probe) =>
      probe.ok &&
      probe.sentAtMs <= untilMs &&
      probe.atMs >= fromMs &&
      probe.atMs - probe.sentAtMs > timeoutMs + periodMs,
  );
  return late === undefined
    ? null
    : `Through ${late.node}, a probe that is given ${formatMs(timeoutMs)} was acknowledged after ${formatMs(late.atMs - late.sentAtMs)}: it was tried again, or its time-out is not kept.`;
}

/** Whether the recovery time may be relied on; the objective's check asks too. */
export function judgeTime(evidence: Evidence): Judged {
  const { ledger, plan, recovery, timeline } = evidence;
  const { injectedAtMs, detectedAtMs, runbookStartedAtMs } = timeline;
  if (injectedAtMs === null) return inconclusive("No fault was injected, so no time was measured.");
  // A recovery that never ended claims only "longer than low": what is measured ends there.
  const untilMs = injectedAtMs + (recovery.recoveryTimeMs.high ?? recovery.recoveryTimeMs.low ?? 0);
  const { maxMs, uncoveredMs } = loopLag(ledger.entries, injectedAtMs, untilMs);
  const { periodMs } = plan.serviceProbe;
  if (maxMs === null) return inconclusive("The harness's event loop was not watched.");
  if (uncoveredMs > periodMs) {
    return inconclusive(`The harness's event loop was not watched for ${formatMs(uncoveredMs)} of the recovery.`);
  }
  if (maxMs > periodMs) {
    return inconclusive(
      `The harness's event loop lagged by ${formatMs(maxMs)}, more than the probe period of ${formatMs(periodMs)}.`,
    );
  }
  const late = answeredTooLate(evidence, injectedAtMs, untilMs);
  if (late !== null) return inconclusive(late);
  if (runbookStartedAtMs !== null && (detectedAtMs === null || detectedAtMs > runbookStartedAtMs)) {
    return inconclusive("The page was begun before the fault was detected: a time without its detection flatters.");
  }
  const servedMs = detectedAtMs === null ? null : servedBeforeAlertMs(evidence, detectedAtMs);
  if (servedMs !== null && servedMs < plan.detection.unavailableForMs) {
    return inconclusive(
      `A service probe was acknowledged ${formatMs(servedMs)} before the alert, which says that none was for ${formatMs(plan.detection.unavailableForMs)}: a detection that comes too early flatters.`,
    );
  }
  return passed(
    `The harness's event loop lagged by at most ${formatMs(maxMs)}; a probe period is ${formatMs(periodMs)}.`,
  );
}
