/** The face of the ledger for live parts: append and go on. */
import type { LedgerEntry } from "./entries.ts";

/** Takes entries while a drill runs. */
export interface Recorder {
  /**
   * Appends one entry; cheap, buffered.
   * @throws DrillError `environment` once the ledger cannot be written any more (e.g. the disk is full).
   */
  record(entry: LedgerEntry): void;
  /** Writes out what is buffered before it returns; for entries that must be on record before the act they announce. */
  flush(): void;
}

/** Tells of entries as they are recorded, so that live waits use the same facts as the judge. */
export interface LedgerFeed {
  /** Calls `listener` for every entry recorded from now on, until disposed. */
  subscribe(listener: (entry: LedgerEntry) => void): Disposable;
}
