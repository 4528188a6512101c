import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { noFault } from "../fault/index.ts";
import type { AbsentCapability } from "../substrate/index.ts";
import { pastRuns } from "./past-runs.ts";
import { skipUnlessCapable, writeSkipped } from "./skipped-run.ts";

const ABSENT: readonly AbsentCapability[] = [
  { capability: "network-faults", reason: "there is no command ip" },
  { capability: "clock-faults", reason: "Go" },
];

const ANY = { needs: [] };

test("a drill is skipped with the reason of each thing that it needs and is absent, and for nothing else", () => {
  const needing = (...needs: AbsentCapability["capability"][]): (() => void) => {
    const drill = { system: ANY, fault: { ...noFault, needs } };
    return () => skipUnlessCapable(drill, ABSENT);
  };
  expect(needing("network-faults")).toThrow("it needs what is absent here: network-faults (there is no command ip)");
  expect(needing("network-faults", "clock-faults")).toThrow(/network-faults \(.*\), clock-faults \(Go\)/);
  expect(needing()).not.toThrow();
  expect(needing("own-paths")).not.toThrow();
  expect(() => skipUnlessCapable({ system: ANY, fault: noFault }, ABSENT)).not.toThrow();
  const page = { system: ANY, fault: noFault, needs: ["clock-faults", "own-paths"] } as const;
  expect(() => skipUnlessCapable(page, ABSENT)).toThrow(/absent here: clock-faults \(Go\)$/);
  const system = { needs: ["clock-faults"] } as const;
  expect(() => skipUnlessCapable({ system, fault: noFault }, ABSENT)).toThrow(/absent here: clock-faults \(Go\)$/);
});

test("a skipped drill is among the past runs as what it is", () => {
  const dir = mkdtempSync(join(tmpdir(), "drillbook-skipped-"));
  try {
    writeSkipped(dir, { drillId: "a-drill.a-case", control: "none", seed: 3, because: "no bridge" });
    expect(pastRuns(dir)).toMatchObject([
      { drillId: "a-drill.a-case", outcome: "skipped", control: "none", recoveryHighMs: null, durationMs: null },
    ]);
    const [runId = ""] = readdirSync(dir);
    expect(readFileSync(join(dir, runId, "junit.xml"), "utf8")).toContain("no bridge");
  } finally {
    rmSync(dir, { recursive: true });
  }
});
