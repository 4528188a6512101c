/** How long judging a long ledger takes, how much memory, and how both grow. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { longLedger } from "../../fixtures/ledgers/long.ts";
import { median, ratios, spread, type Figure } from "./figures.ts";
import type { JudgeReport } from "./judge-worker.ts";
import { timedCommand } from "./timed-command.ts";

const WORKER = fileURLToPath(new URL("judge-worker.ts", import.meta.url));
const [FEW, MANY] = [100_000, 1_000_000];

/** Judges a ledger of a hundred thousand operations and one of a million, in turn. */
export async function benchJudging(folder: string, rounds: number): Promise<readonly Figure[]> {
  const [few, many] = [join(folder, "few.ndjson"), join(folder, "many.ndjson")];
  await writeLongLedger(few, FEW);
  await writeLongLedger(many, MANY);
  const ofFew: JudgeReport[] = [];
  const ofMany: JudgeReport[] = [];
  for (let round = 1; round <= rounds; round++) {
    ofFew.push(await judged(few));
    ofMany.push(await judged(many));
    console.log(`judge ${round}: ${JSON.stringify(ofFew.at(-1))} ${JSON.stringify(ofMany.at(-1))}`);
  }
  await Promise.all([rm(few), rm(many)]);
  const seconds = ofMany.map(secondsOf);
  const megabytes = ofMany.map((one) => one.peakBytes / 1e6);
  const growth = ratios(seconds, ofFew.map(secondsOf));
  return [
    {
      what: "judging a ledger of 1,000,000 operations",
      measured: `${spread(seconds, "s", 1)}, reading it ${median(ofMany.map((one) => one.readMs / 1000)).toFixed(1)} s of that`,
      aim: "3 s",
      met: median(seconds) <= 3,
    },
    {
      what: "the most memory that it takes, Node included",
      measured: spread(megabytes, "MB"),
      aim: "300 MB",
      met: median(megabytes) <= 300,
    },
    {
      what: "1,000,000 operations / 100,000 operations",
      measured: spread(growth, "times the time", 1),
      aim: "at most 11",
      met: median(growth) <= 11,
    },
  ];
}

function secondsOf({ readMs, judgeMs }: JudgeReport): number {
  return (readMs + judgeMs) / 1000;
}

async function judged(file: string): Promise<JudgeReport> {
  const { stdout } = await timedCommand(process.execPath, [WORKER, file]);
  const report = JSON.parse(stdout) as JudgeReport;
  if (report.outcome !== "passed") throw new Error(`the long ledger came out ${report.outcome}`);
  return report;
}

async function writeLongLedger(file: string, operations: number): Promise<void> {
  const stream = createWriteStream(file);
  for (const entry of longLedger(operations)) {
    if (!stream.write(`${JSON.stringify(entry)}\n`)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "close");
}
