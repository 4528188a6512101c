import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { healthyLedger } from "../../fixtures/ledgers/build.ts";
import { renderHtml, renderJunit, renderSummary, writeReports } from "./index.ts";
import { handMadeResult } from "../../fixtures/reports/hand-made-result.ts";

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "drillbook-report-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

test("the three files lie in the run's folder", async () => {
  const runDir = join(await folder(), "new");
  const [ledger, result] = [healthyLedger(), handMadeResult()];
  await writeReports({ ledger, result, runDir });
  const read = (name: string): Promise<string> => readFile(join(runDir, name), "utf8");
  expect(await read("report.html")).toBe(await renderHtml(ledger, result));
  expect(await read("junit.xml")).toBe(renderJunit(result));
  expect(await read("summary.md")).toBe(renderSummary(result));
});

test("a folder that cannot be written is trouble of the environment, said with its path", async () => {
  const runDir = join(await folder(), "file");
  await writeFile(runDir, "");
  const written = writeReports({ ledger: healthyLedger(), result: handMadeResult(), runDir });
  await expect(written).rejects.toMatchObject({ code: "environment", message: expect.stringContaining(runDir) });
});
