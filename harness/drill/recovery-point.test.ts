import { expect, test } from "vitest";
import { driveInMemory, type Driven } from "../../fixtures/in-memory/drive.ts";
import { soundDrill } from "../../fixtures/defects/sound.ts";
import type { PointSeen } from "./recovery-point.ts";

/** The restore drill, whose backup tells this of itself. */
async function restoreWith(readRevision: () => Promise<PointSeen>): Promise<Driven> {
  return driveInMemory((world, run) => {
    const sound = soundDrill("restore", world, run);
    const recoveryPoint = { kind: "backup-revision", description: "what the backup holds", readRevision } as const;
    return { ...sound, drill: { ...sound.drill, recoveryPoint } };
  });
}

test("what the backup says of itself is recorded, before the page begins", async () => {
  const { ledger } = await restoreWith(async () => Promise.resolve({ revision: "7", because: "its status says so" }));
  const at = ledger.entries.findIndex((entry) => entry.kind === "recovery-point");
  expect(ledger.entries[at]).toMatchObject({ revision: "7", because: "its status says so" });
  expect(ledger.entries.findIndex((entry) => entry.kind === "runbook")).toBeGreaterThan(at);
});

test("a backup that cannot be read excuses no loss", async () => {
  const { ledger, result } = await restoreWith(async () => Promise.reject(new Error("unexpected end of file")));
  expect(ledger.entries.find((entry) => entry.kind === "recovery-point")).toMatchObject({
    revision: null,
    because: "the backup could not be read: unexpected end of file",
  });
  expect(result.findings.find((finding) => finding.checkId === "loss-within-objective")?.outcome).toBe("failed");
});

test("the header names the kind of the recovery point, and nothing that is not data", async () => {
  const { ledger } = await restoreWith(async () => Promise.resolve({ revision: "7", because: "" }));
  expect(ledger.header.plan.recoveryPoint).toEqual({ kind: "backup-revision", description: "what the backup holds" });
});

test("of a store without revisions the survivor is read key by key, before the page begins", async () => {
  const { ledger, result } = await driveInMemory((world, run) => {
    const sound = soundDrill("plain", world, run);
    const recoveryPoint = { kind: "survivor-commit", description: "what the survivor holds" } as const;
    return { ...sound, drill: { ...sound.drill, recoveryPoint } };
  });
  const at = ledger.entries.findIndex((entry) => entry.kind === "recovery-point");
  const held = ledger.entries.slice(0, at).flatMap((one) => (one.kind === "recovery-point-held" ? one.items : []));
  expect(held.length).toBeGreaterThan(50);
  expect(ledger.entries[at]).toMatchObject({ revision: null, values: { node: "n1", keys: held.length } });
  expect(ledger.entries.findIndex((entry) => entry.kind === "runbook")).toBeGreaterThan(at);
  expect(result.outcome).toBe("passed");
});
