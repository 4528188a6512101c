/** Drills in which nobody acts, on a cluster in memory, by the real runDrill and judged by the real judge. */
import { describe, expect, test } from "vitest";
import { soundDrill } from "../../fixtures/defects/sound.ts";
import { driveInMemory, type Driven } from "../../fixtures/in-memory/drive.ts";
import { majorityAway } from "../../fixtures/in-memory/faults.ts";
import type { ControlPlan } from "../ledger/index.ts";
import { controlPlan, type Drill } from "./index.ts";

const LASTS_MS = 3000;

async function drive(change: Partial<Drill> = {}, kind: ControlPlan["kind"] = "none"): Promise<Driven> {
  return driveInMemory((world, run) => {
    const sound = soundDrill("survivor", world, run);
    const drill: Drill = {
      ...sound.drill,
      fault: majorityAway(world, LASTS_MS),
      runbook: null,
      recoveryPoint: { kind: "everything", description: "a quorum of the data was never gone for good" },
      controls: { ...sound.drill.controls, selfHealing: "the machines start their members again" },
      ...change,
    };
    return { ...sound, drill, control: controlPlan(drill, kind, null) };
  });
}

const findings = ({ result }: Driven): Readonly<Record<string, string>> =>
  Object.fromEntries(result.findings.map(({ checkId, outcome }) => [checkId, outcome]));

describe("a fault that ends by itself", () => {
  test("nobody acts, the cluster heals, and the parts say when the fault had ended", async () => {
    const driven = await drive();
    expect(driven.result.outcome).toBe("passed");
    expect(driven.result.runbook).toBeNull();
    const { timeline, measurements } = driven.result;
    expect((timeline.faultEndedAtMs ?? 0) - (timeline.injectedAtMs ?? 0)).toBe(LASTS_MS);
    expect(measurements.parts.map(({ part }) => part)).toEqual(["visible-after", "until-fault-ends", "settling"]);
    expect(measurements.parts.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBeCloseTo(
      measurements.recoveryTimeMs.high ?? NaN,
      3,
    );
    expect(measurements.recoveryTimeMs.low).toBeGreaterThanOrEqual(LASTS_MS);
  });

  test("no phase of a page is entered, and no check of a page is made", async () => {
    const driven = await drive();
    const phases = driven.ledger.entries.flatMap((entry) => (entry.kind === "phase" ? [entry.phase] : []));
    expect(phases).not.toContain("runbook");
    expect(phases).not.toContain("detection");
    expect(findings(driven)).not.toHaveProperty("every-step-ran");
    expect(findings(driven)).toMatchObject({ converged: "passed", "loss-within-objective": "passed" });
  });

  test("a page that is followed meanwhile ends nothing before its time, and steady state counts from the fault's end", async () => {
    const { ledger, result } = await drive({ runbook: "page.md", detection: { kind: "none", because: "a test" } });
    const page = ledger.entries.find((entry) => entry.kind === "runbook" && entry.event === "started");
    expect(page?.atMs).toBeLessThan(result.timeline.faultEndedAtMs ?? 0);
    expect(result.timeline.detectedAtMs).toBeNull();
    expect(result.timeline.steadyAgainSinceMs ?? Infinity).toBeGreaterThan(result.timeline.faultEndedAtMs ?? Infinity);
  });
});

test("the control no-fault of it passes; the others are not applicable, with the reason", async () => {
  expect(findings(await drive({}, "no-fault"))["stayed-steady"]).toBe("passed");
  await expect(drive({}, "no-recovery")).rejects.toThrow(/nobody acts in the drill itself/);
  await expect(drive({}, "restart-only")).rejects.toThrow(/heals by itself/);
});
