import { describe, expect, test } from "vitest";
import { handMadeResult } from "../../fixtures/reports/hand-made-result.ts";
import type { Outcome } from "../core/index.ts";
import { CONTROLS, type ControlKind } from "../ledger/index.ts";
import { judgeControls, serializeControls, type ControlNotRun, type DrillResult } from "./index.ts";

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
    const set = judgeControls("d", results(outcomes), []);
    expect(set).toMatchObject({ outcome, isVoid });
    expect(set.because.length > 0).toBe(isVoid);
  });

  test.each(["none", ...CONTROLS] as const)("without %s it is no pass, unless the scenario says why", (missing) => {
    const rest = results().filter(({ control }) => control !== missing);
    expect(judgeControls("d", rest, [])).toMatchObject({ outcome: "inconclusive", isVoid: false });
    if (missing === "none") return;
    const notRun = (byDeclaration: boolean): readonly ControlNotRun[] => [
      { control: missing, because: "a reason", byDeclaration },
    ];
    expect(judgeControls("d", rest, notRun(true)).outcome).toBe("passed");
    expect(judgeControls("d", rest, notRun(false)).outcome).toBe("inconclusive");
  });

  test("no run at all is no pass", () => {
    expect(judgeControls("d", [], []).outcome).toBe("inconclusive");
  });

  test("the record has its own schema", () => {
    expect(JSON.parse(serializeControls(judgeControls("d", results(), [])))).toMatchObject({ schemaVersion: 1 });
  });
});
