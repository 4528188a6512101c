/**
 * What follows a run: the judgement from the ledger as it lies on disk, and everything that is written from it. The same for a run that has
 * just ended and for a stored one. Not its business: the run itself (front.ts).
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { judge, lostKeysText, serializeResult, type DrillResult } from "../integrity/index.ts";
import { readLedger, type Ledger, type LedgerEntry } from "../ledger/index.ts";
import { LEDGER_FILE, LOST_KEYS_FILE, RESULT_FILE, writeWhole } from "./run-folder.ts";

/** A judged run. */
export interface Judged {
  readonly ledger: Ledger;
  readonly result: DrillResult;
  /** The content of result.json, byte for byte. */
  readonly resultText: string;
}

/**
 * Reads a run's ledger and judges it, with what should have been added to it and could not (a full disk). Writes nothing.
 * @throws DrillError `environment` or `usage` when the ledger cannot be read; the message names the line.
 */
export async function judgeRun(runDir: string, unwritten: readonly LedgerEntry[] = []): Promise<Judged> {
  const stored = await readLedger(join(runDir, LEDGER_FILE));
  const ledger = { ...stored, entries: [...stored.entries, ...unwritten] };
  const result = judge(ledger);
  return { ledger, result, resultText: serializeResult(result) };
}

/**
 * Writes result.json, and lost-keys.txt when keys are lost. Files that hold the same bytes already stay untouched.
 * @throws DrillError `environment` when they cannot be written.
 */
export function writeResult(runDir: string, { ledger, resultText }: Judged): void {
  const lostKeys = lostKeysText(ledger);
  writeIfChanged(join(runDir, RESULT_FILE), resultText);
  if (lostKeys === "") rmSync(join(runDir, LOST_KEYS_FILE), { force: true });
  else writeIfChanged(join(runDir, LOST_KEYS_FILE), lostKeys);
}

/**
 * Writes the reports for people and machines.
 * @throws what the file system says.
 */
export async function writeAllReports(runDir: string, { ledger, result }: Judged): Promise<void> {
  const { writeReports } = await import("../report/index.ts");
  await writeReports({ ledger, result, runDir });
}

function writeIfChanged(file: string, text: string): void {
  try {
    if (readFileSync(file, "utf8") === text) return;
  } catch {
    // It is not there yet.
  }
  writeWhole(file, text);
}
