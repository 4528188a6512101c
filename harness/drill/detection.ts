/** The detection rule: no member has acknowledged a service probe for some time. It stands for the alert that wakes somebody. */
import { formatMs } from "../core/index.ts";
import { awaitEntry, type Stage } from "./stage.ts";

/**
 * Waits until the rule fires and records it.
 * @returns false if it did not fire in time: nothing was seen to be wrong, so nobody follows the page.
 */
export async function detect(stage: Stage): Promise<boolean> {
  const { ledger, plan, run, settings } = stage;
  // The control's operator begins without an alert.
  if (plan.control.kind === "recovery-only") return true;
  // From here on every answer is heard. An earlier one may have been given after the injection began.
  let lastServedAtMs = run.clock.nowMs();
  const fired = await awaitEntry(stage, settings.detectWithinMs, (entry) => {
    // A probe of which nobody knows is no sign of an outage.
    if (entry.kind !== "service-probe" || entry.ok === null) return false;
    if (entry.ok) lastServedAtMs = Math.max(lastServedAtMs, entry.atMs);
    return entry.atMs - lastServedAtMs >= plan.detection.unavailableForMs;
  });
  if (fired) {
    ledger.record({
      kind: "detection",
      atMs: run.clock.nowMs(),
      rule: `no member acknowledged a write for ${formatMs(plan.detection.unavailableForMs)}`,
    });
  }
  return fired;
}
