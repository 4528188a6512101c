/** The controls on a cluster in memory, by the real runDrill and judged by the real judge. */
import { describe, expect, test } from "vitest";
import { soundDrill } from "../../fixtures/defects/sound.ts";
import { driveInMemory, type Driven } from "../../fixtures/in-memory/drive.ts";
import type { ControlPlan, DeclaredHarm } from "../ledger/index.ts";
import { leaderAndReplacements } from "../system/index.ts";
import { controlPlan, type Drill } from "./index.ts";

const OBSERVED = { runId: "run-1", highMs: 5000 };

async function drive(kind: ControlPlan["kind"], change: (drill: Drill) => Drill = (drill) => drill): Promise<Driven> {
  return driveInMemory((world, run) => {
    const sound = soundDrill("survivor", world, run);
    const controls = {
      selfHealing: null,
      recoveryOnly: { kind: "harmless", stopsAt: null, roles: leaderAndReplacements },
    } as const;
    const drill = change({ ...sound.drill, controls });
    return { ...sound, drill, control: controlPlan(drill, kind, OBSERVED) };
  });
}

const findings = ({ result }: Driven): Readonly<Record<string, string>> =>
  Object.fromEntries(result.findings.map(({ checkId, outcome }) => [checkId, outcome]));

const declaring =
  (harm: DeclaredHarm) =>
  (drill: Drill): Drill => ({
    ...drill,
    controls: { selfHealing: null, recoveryOnly: { ...harm, roles: leaderAndReplacements } },
  });

describe("a control shows what it must", () => {
  test("no-fault: nothing is injected, nobody acts, and the cluster stays steady", async () => {
    const driven = await drive("no-fault");
    expect(driven.result).toMatchObject({ control: "no-fault", outcome: "passed", fault: { id: "none" } });
    expect(driven.ledger.entries.some((entry) => entry.kind === "runbook" || entry.kind === "detection")).toBe(false);
  });

  test("no-recovery: the fault is confirmed, and nobody acts for as long as the recovery took", async () => {
    const driven = await drive("no-recovery");
    expect(findings(driven)).toMatchObject({ "fault-confirmed": "passed", "did-not-converge": "passed" });
    expect(driven.result.outcome).toBe("passed");
    expect(driven.result.objectives).toEqual([]);
  });

  test("restart-only: what stopped is started by the control, and by nobody else", async () => {
    const driven = await drive("restart-only");
    const starts = driven.ledger.entries.filter((entry) => entry.kind === "process" && entry.actor === "control");
    expect(starts.length).toBeGreaterThan(0);
    expect(findings(driven)["only-the-runbook-acted"]).toBe("passed");
    expect(driven.ledger.entries.some((entry) => entry.kind === "step")).toBe(false);
  });

  test("recovery-only: the page is followed with nothing broken", async () => {
    const driven = await drive("recovery-only");
    expect(driven.ledger.entries.some((entry) => entry.kind === "step" && entry.status === "ran")).toBe(true);
    expect(driven.result.fault).toMatchObject({ id: "none" });
    expect(["passed", "failed"]).toContain(findings(driven)["harm-as-declared"]);
  });
});

describe("a control that is wrong says so", () => {
  test("a fault that the scenario declares to heal by itself, and does not", async () => {
    const driven = await drive("no-recovery", (drill) => ({
      ...drill,
      controls: { ...drill.controls, selfHealing: "a supervisor restarts it" },
    }));
    expect(findings(driven)["did-not-converge"]).toBe("failed");
  });

  test("declared harm that does not occur", async () => {
    const harm: DeclaredHarm = { kind: "harmful", findings: ["transactions-whole"], because: "a test", stopsAt: null };
    expect(findings(await drive("recovery-only", declaring(harm)))["harm-as-declared"]).toBe("failed");
  });
});

describe("how long a control waits", () => {
  test.each(["no-recovery", "restart-only"] as const)("%s: as long as a recovery was seen to take", async (kind) => {
    const { ledger } = await drive(kind);
    expect(ledger.header.plan.control).toMatchObject({ kind, waitMs: 5000 });
  });

  test("as long as the objective allows one to take, where none was seen", async () => {
    const { ledger } = await driveInMemory((world, run) => {
      const sound = soundDrill("survivor", world, run);
      return { ...sound, control: controlPlan(sound.drill, "no-recovery", null) };
    });
    expect(ledger.header.plan.control).toMatchObject({ waitMs: 60_000 });
  });

  test("a control that the scenario says is not applicable is refused, with the scenario's reason", async () => {
    await expect(
      driveInMemory((world, run) => {
        const sound = soundDrill("survivor", world, run);
        return { ...sound, control: controlPlan(sound.drill, "recovery-only", null) };
      }),
    ).rejects.toThrow(/not applicable.*the shelf runs no controls/);
  });
});
