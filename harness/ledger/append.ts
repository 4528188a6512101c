/** Adds an entry to a ledger whose writer is gone: the front does so with the residue audit, after the run's own process has ended. */
import { appendFileSync, closeSync, fstatSync, ftruncateSync, openSync, readSync, writeFileSync } from "node:fs";
import { DrillError, messageOf } from "../core/index.ts";
import type { LedgerEntry } from "./entries.ts";

const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/**
 * Appends one line. If the writer died in the middle of a line, that half line is first moved to `<path>.torn`, so that
 * it neither spoils the new line nor vanishes. Must not be called while a writer has the ledger open.
 * @throws DrillError `environment` when the ledger cannot be read or written.
 */
export function appendToLedger(path: string, entry: LedgerEntry): void {
  try {
    setTornTailAside(path);
    appendFileSync(path, `${JSON.stringify(entry)}\n`);
  } catch (error) {
    const message = `the entry "${entry.kind}" cannot be added to the ledger ${path}: ${messageOf(error)}`;
    throw new DrillError("environment", "ledger", message, { cause: error });
  }
}

function setTornTailAside(path: string): void {
  const descriptor = openSync(path, "r+");
  try {
    const { size } = fstatSync(descriptor);
    const wholeBytes = endOfLastLine(descriptor, size);
    if (wholeBytes === size) return;
    const torn = Buffer.alloc(size - wholeBytes);
    readSync(descriptor, torn, 0, torn.length, wholeBytes);
    writeFileSync(`${path}.torn`, torn);
    ftruncateSync(descriptor, wholeBytes);
  } finally {
    closeSync(descriptor);
  }
}

/** The offset after the last newline; 0 when there is none. */
function endOfLastLine(descriptor: number, size: number): number {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let end = size; end > 0; end -= CHUNK_BYTES) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const length = readSync(descriptor, chunk, 0, end - start, start);
    const index = chunk.subarray(0, length).lastIndexOf(NEWLINE);
    if (index >= 0) return start + index + 1;
  }
  return 0;
}
