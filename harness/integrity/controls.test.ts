import { describe, expect, test } from "vitest";
import { handMadeResult } from "../../fixtures/reports/hand-made-result.ts";
import type { Outcome } from "../core/index.ts";
import { CONTROLS, type ControlKind } from "../ledger/index.ts";
import { judgeControls, serializeControls, type ControlNotRun, type DrillResult } from "./index.ts";

const DRILL = handMadeResult().drillId;

type Course = "none" | ControlKind;

function results(outcomes: Partial<Record<Course, Outcome>> = {}): readonly DrillResult[] {
  return (["none", ...CONTROLS] as const).map((control) =>
    handMadeResult({ control, outcome: outcomes[control] ?? "passed" }),
  );
}

describe("the verdict over a drill and its controls", () => {
  test.each<readonly [string, Partial<Record<Course, Outcome>>, Outcome, boolean]>([
    ["all show what they must", {}, "passed", false],
    ["a control of the wrong colour makes it void", { "no-recovery": "failed" }, "failed", true],
    ["whatever else there is", { "no-fault": "broken", "restart-only": "failed" }, "failed", true],
    ["the drill itself fails: not void, failed", { none: "failed" }, "failed", false],
    ["a control that is not known is no pass", { "restart-only": "inconclusive" }, "inconclusive", false],
    ["a broken control is no pass", { "no-fault": "broken" }, "broken", false],
  ])("%s", (_what, outcomes, outcome, isVoid) => {
    const set = judgeControls(DRILL, results(outcomes), []);
    expect(set).toMatchObject({ outcome, isVoid });
    expect(set.because.length > 0).toBe(isVoid);
  });

  test.each(["none", ...CONTROLS] as const)("without %s it is no pass, unless the scenario says why", (missing) => {
    const rest = results().filter(({ control }) => control !== missing);
    expect(judgeControls(DRILL, rest, [])).toMatchObject({ outcome: "inconclusive", isVoid: false });
    if (missing === "none") return;
    const notRun = (byDeclaration: boolean): readonly ControlNotRun[] => [
      { control: missing, because: "a reason", byDeclaration },
    ];
    expect(judgeControls(DRILL, rest, notRun(true)).outcome).toBe("passed");
    expect(judgeControls(DRILL, rest, notRun(false)).outcome).toBe("inconclusive");
  });

  test("no run at all is no pass", () => {
    expect(judgeControls(DRILL, [], []).outcome).toBe("inconclusive");
  });

  test("the record has its own schema", () => {
    expect(JSON.parse(serializeControls(judgeControls(DRILL, results(), [])))).toMatchObject({ schemaVersion: 1 });
  });

  test("a run with a problem outside its record has no verdict, whatever its record says", () => {
    for (const control of ["none", "no-fault"] as const) {
      const problem = { control, because: "the disk was full", byDeclaration: false };
      expect(judgeControls(DRILL, results(), [problem]).outcome).toBe("inconclusive");
    }
  });

  test("runs of another drill or another page are no controls of this one", () => {
    const [drill, ...controls] = results();
    if (drill === undefined) throw new Error("no drill");
    const otherDrill = controls.map((one) => ({ ...one, drillId: "another" }));
    const otherPage = controls.map((one) => ({ ...one, runbook: null }));
    expect(judgeControls(DRILL, [drill, ...otherDrill], []).outcome).toBe("broken");
    expect(judgeControls(DRILL, [drill, ...otherPage], []).outcome).toBe("broken");
  });
});
