/**
 * Writes a ledger while a drill runs: append-only, one JSON document a line, in the order of recording.
 * Not its business: what is recorded, and the time of it.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { DrillError, messageOf } from "../core/index.ts";
import type { LedgerEntry } from "./entries.ts";
import type { LedgerHeader } from "./header.ts";
import type { LedgerFeed, Recorder } from "./recorder.ts";

/** An open ledger. */
export interface LedgerWriter extends Recorder, LedgerFeed, Disposable {
  /**
   * Writes out what is buffered and closes the file; later entries are refused. The second call does nothing.
   * @throws DrillError `environment` when not everything could be written, now or before.
   */
  close(): void;
}

/** How the bytes get into the file; tests pass one that fails. */
export type WriteBytes = (descriptor: number, bytes: Uint8Array, offset: number) => number;

export interface OpenLedgerOptions {
  /** Default: `fs.writeSync`. */
  readonly write?: WriteBytes;
}

/** A killed writer loses at most this much time of the record. Short, and still one write for many entries. */
const FLUSH_AFTER_MS = 20;
/** Or this much text: what a burst may hold back. */
const FLUSH_AT_CHARACTERS = 64 * 1024;

/**
 * Creates the ledger at `path` with its header as the first line, on disk before this returns. `flush` hands the entries
 * to the operating system: they survive the death of this process, not that of the machine.
 * @throws DrillError `environment` when the file exists already or cannot be written.
 */
export function openLedger(path: string, header: LedgerHeader, options: OpenLedgerOptions = {}): LedgerWriter {
  const write: WriteBytes = options.write ?? ((descriptor, bytes, offset) => writeSync(descriptor, bytes, offset));
  const descriptor = attempt(path, () => openSync(path, "ax"));
  const listeners = new Set<(entry: LedgerEntry) => void>();
  let buffered: string[] = [`${JSON.stringify(header)}\n`];
  let bufferedCharacters = 0;
  let timer: NodeJS.Timeout | undefined;
  let failure: DrillError | undefined;
  let closed = false;

  const writeOut = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (failure !== undefined) throw failure;
    if (buffered.length === 0) return;
    const bytes = Buffer.from(buffered.join(""));
    buffered = [];
    bufferedCharacters = 0;
    try {
      for (let offset = 0; offset < bytes.length;) offset += write(descriptor, bytes, offset);
    } catch (error) {
      // Part of a line may be in the file now. Nothing is ever written after it, so it can only be a torn tail.
      failure = cannotWrite(path, error);
      throw failure;
    }
  };

  const writeOutLater = (): void => {
    try {
      writeOut();
    } catch {
      // Kept in `failure`: the next record(), flush() or close() throws it to somebody who can act on it.
    }
  };

  const close = (): void => {
    if (closed) return;
    closed = true;
    listeners.clear();
    try {
      writeOut();
    } finally {
      closeSync(descriptor);
    }
  };

  try {
    writeOut();
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    record: (entry) => {
      if (failure !== undefined) throw failure;
      if (closed)
        throw new DrillError("harness", "ledger", `an entry of kind "${entry.kind}" came after the ledger was closed`);
      const line = `${JSON.stringify(entry)}\n`;
      buffered.push(line);
      bufferedCharacters += line.length;
      if (bufferedCharacters >= FLUSH_AT_CHARACTERS) writeOut();
      else timer ??= setTimeout(writeOutLater, FLUSH_AFTER_MS);
      for (const listener of listeners) listener(entry);
    },
    flush: writeOut,
    subscribe: (listener) => {
      // A function of its own for each subscription, so that the same listener may be there twice.
      const own = (entry: LedgerEntry): void => listener(entry);
      listeners.add(own);
      return { [Symbol.dispose]: () => listeners.delete(own) };
    },
    close,
    [Symbol.dispose]: close,
  };
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, cause: unknown): DrillError {
  const message = `the ledger ${path} cannot be written: ${messageOf(cause)}. Without it nothing can be judged; make room or choose another folder with --out.`;
  return new DrillError("environment", "ledger", message, { cause });
}
