/** Check: the workload proved enough before the fault for its account to mean something, and kept its own rules. */
import { formatMs } from "../../core/index.ts";
import { isFirstOfRequest } from "../../ledger/index.ts";
import { broken, inconclusive, passed, type Check, type Judged } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { missingOperations } from "../missing-operations.ts";

/** A workload that breaks its own rules is a defect of the harness (broken); one that wrote too little proves too little. */
export const workloadAdequateCheck: Check<"workload-adequate"> = {
  id: "workload-adequate",
  title: "Workload adequate",
  proves: "Until the injection the workload wrote as planned and was acknowledged, and every operation is on record.",
  source: {
    address: "docs/architecture.md#the-laws-that-keep-a-verdict-true",
    fact: "Law 4: an account of writes proves nothing when hardly any were at stake, so the workload must have been acknowledged as planned.",
  },
  judge: (evidence) => unsound(evidence) ?? tooLittle(evidence),
};

function unsound({ account, ledger }: Evidence): Judged | null {
  const [missing] = missingOperations(ledger.entries);
  if (missing !== undefined) return broken(missing);
  return account.violations.length > 0
    ? broken(`The workload broke its own rules ${account.violations.length} time(s).`, account.violations)
    : null;
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
