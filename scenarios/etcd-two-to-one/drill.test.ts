/** What the control that follows the page on a healthy cluster is judged by, where the page would leave fewer members. */
import { expect, test } from "vitest";
import type { ControlPlan, DeclaredHarm } from "../../harness/ledger/index.ts";
import twoToOne from "./drill.ts";
import { judgementPlan } from "../../harness/drill/plan.ts";
import { settingsOf } from "../../harness/drill/index.ts";

/** Of a drill whose page makes one member of two. */
function votersIn(kind: "none" | "no-fault" | "recovery-only", harm: DeclaredHarm): number {
  const drill = { ...twoToOne, controls: { selfHealing: null, recoveryOnly: harm } };
  const control: ControlPlan = { kind };
  return judgementPlan(drill, { settings: settingsOf(drill), control, page: "as-written" }).steadyState.voters;
}

test("steady is who must be a member: those of the start where the page does nothing to them, else as it promises", () => {
  const stops = { kind: "harmless", stopsAt: "confirm-no-leader" } as const;
  const goesOn = { kind: "harmful", findings: ["membership-as-promised"], stopsAt: null, because: "" } as const;
  expect(votersIn("none", stops)).toBe(1);
  expect(votersIn("no-fault", stops)).toBe(2);
  expect(votersIn("recovery-only", stops)).toBe(2);
  expect(votersIn("recovery-only", goesOn)).toBe(1);
});
