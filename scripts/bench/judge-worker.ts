/**
 * Judges one ledger in a process of its own, as `drillbook judge` does, and prints what it took as one `JudgeReport`.
 *
 * Usage: node judge-worker.ts LEDGER
 */
import { judge, lostKeysText, serializeResult } from "../../harness/integrity/index.ts";
import { readLedger } from "../../harness/ledger/index.ts";

/** What judging took. */
export interface JudgeReport {
  readonly readMs: number;
  readonly judgeMs: number;
  /** The most memory that the process ever had, Node itself included. */
  readonly peakBytes: number;
  readonly outcome: string;
}

const startMs = performance.now();
const ledger = await readLedger(process.argv[2] ?? "");
const readMs = performance.now() - startMs;
const result = judge(ledger);
serializeResult(result);
lostKeysText(ledger);
const report: JudgeReport = {
  readMs,
  judgeMs: performance.now() - startMs - readMs,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  outcome: result.outcome,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
