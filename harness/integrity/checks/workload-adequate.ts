/** Check: the workload proved enough before the fault for its account to mean something, and kept its own rules. */
import { formatMs } from "../../core/index.ts";
import { isFirstOfRequest } from "../../ledger/index.ts";
import { broken, inconclusive, passed, type Check, type Judged } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { loopLag } from "../../measure/index.ts";
import { missingOperations } from "../missing-operations.ts";

/**
 * An acknowledgement that comes later than this after the deadline is not one of a single attempt. What the loop stood
 * still comes on top, twice: the deadline is looked at late by one standstill, and an answer that has come by then is heard in that
 * turn of the loop, which may stand still as long (system/etcd/exchange.test.ts).
 */
const LATE_BEYOND_LAG_MS = 100;

/** A workload that breaks its own rules is a defect of the harness (broken); one that wrote too little proves too little. */
export const workloadAdequateCheck: Check<"workload-adequate"> = {
  id: "workload-adequate",
  title: "Workload adequate",
  proves:
    "Until the injection the workload wrote as planned and was acknowledged, every operation is on record, and none was acknowledged after its own deadline.",
  source: {
    address: "docs/architecture.md#the-laws-that-keep-a-verdict-true",
    fact: "Law 4: an account of writes proves nothing when hardly any were at stake, so the workload must have been acknowledged as planned.",
  },
  judge: (evidence) => unsound(evidence) ?? answeredTooLate(evidence) ?? tooLittle(evidence),
};

function unsound({ account, ledger }: Evidence): Judged | null {
  const [missing] = missingOperations(ledger.entries);
  if (missing !== undefined) return broken(missing);
  return account.violations.length > 0
    ? broken(`The workload broke its own rules ${account.violations.length} time(s).`, account.violations)
    : null;
}

/**
 * It was tried again behind our back (law 5), or the client does not keep its deadline. Which of them is not known, and
 * neither takes away that a write was lost, so it does not make the harness broken. Nothing is said where nobody watched
 * the loop.
 */
function answeredTooLate({ all, plan }: Evidence): Judged | null {
  const { timeoutMs } = plan.workload;
  const lags = all("loop-lag");
  for (const one of all("operation")) {
    const lateMs = one.atMs - one.sentAtMs - timeoutMs;
    if (one.outcome !== "acknowledged" || lateMs <= LATE_BEYOND_LAG_MS) continue;
    const { maxMs, uncoveredMs } = loopLag(lags, "drill", { fromMs: one.sentAtMs + timeoutMs, untilMs: one.atMs });
    if (maxMs === null || uncoveredMs > LATE_BEYOND_LAG_MS || lateMs <= 2 * maxMs + LATE_BEYOND_LAG_MS) continue;
    return inconclusive(
      `Through ${one.node}, an operation that is given ${formatMs(timeoutMs)} was acknowledged ${formatMs(lateMs)} later than that, and the loop stood still for ${formatMs(maxMs)} at most: it was tried again, or its time-out is not kept.`,
      [`operation ${one.id} of ${one.key}`],
    );
  }
  return null;
}

function tooLittle({ account, all, plan, timeline }: Evidence): Judged {
  const { injectedAtMs } = timeline;
  const { windowMs, acknowledgedShare, lastWriteWithinMs } = plan.workload.adequacy;
  const [stopped] = all("workload-stopped");
  if (injectedAtMs === null) return inconclusive("No fault was injected.");
  if (stopped === undefined) return inconclusive("The workload was not stopped in order; its own count is missing.");
  if (account.totals.acknowledged === 0) return inconclusive("No write was acknowledged.");
  if (stopped.skippedTicks > 0) {
    return inconclusive(`${stopped.skippedTicks} ticks of the workload's schedule could not be sent.`);
  }
  // The schedule counts requests: a transaction is one, however many keys it writes.
  const writes = all("operation").filter(
    (one) => one.op !== "get" && one.outcome === "acknowledged" && isFirstOfRequest(one),
  );
  const inWindow = writes.filter(
    (one) =>
      one.scheduledAtMs >= injectedAtMs - windowMs && one.scheduledAtMs < injectedAtMs && one.atMs <= injectedAtMs,
  ).length;
  const planned = (plan.workload.writesPerSecond * windowMs) / 1000;
  const numbers = `${inWindow} of ${Math.round(planned)} writes planned in the ${formatMs(windowMs)} before the injection`;
  if (inWindow === 0 || inWindow < acknowledgedShare * planned) {
    return inconclusive(`Only ${numbers} were acknowledged; ${acknowledgedShare * 100} % are needed.`);
  }
  const lastMs = writes.reduce((last, one) => (one.atMs <= injectedAtMs ? Math.max(last, one.atMs) : last), -Infinity);
  if (injectedAtMs - lastMs > lastWriteWithinMs) {
    return inconclusive(
      `The last write before the injection was acknowledged ${formatMs(injectedAtMs - lastMs)} before it; at most ${formatMs(lastWriteWithinMs)} are allowed.`,
    );
  }
  return passed(`${numbers} were acknowledged, the last one ${formatMs(injectedAtMs - lastMs)} before it.`);
}
