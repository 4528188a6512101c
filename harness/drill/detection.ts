/** Detection: the alert that wakes somebody, by the same rule that the judge applies to the ledger afterwards. */
import { alertRule } from "../measure/index.ts";
import { placesOf } from "./member-nodes.ts";
import { awaitEntry, type Stage } from "./stage.ts";

/**
 * Waits until the drill's rule fires and records it.
 * @returns false if it did not fire in time: nothing was seen to be wrong, so nobody follows the page.
 */
export async function detect(stage: Stage): Promise<boolean> {
  const { ledger, plan, run, settings } = stage;
  // The control's operator begins without an alert, and so does one who does maintenance.
  if (plan.control.kind === "recovery-only" || plan.detection.kind === "none") return true;
  // From here on every answer is heard. An earlier one may have been given after the injection began.
  const rule = alertRule(plan, placesOf(stage), { notBeforeMs: run.clock.nowMs() });
  const fired = await awaitEntry(stage, settings.detectWithinMs, (entry) => {
    rule.observe(entry);
    return rule.firedAtMs() !== null;
  });
  if (fired) ledger.record({ kind: "detection", atMs: run.clock.nowMs(), rule: rule.words });
  return fired;
}
