/** The ledger: an append-only record of everything seen and done, and what it declares about how to judge it. */
export { appendToLedger } from "./append.ts";
export type * from "./entries.ts";
export { PHASES } from "./entries.ts";
export type * from "./header.ts";
export { LEDGER_SCHEMA_VERSION } from "./header.ts";
export type * from "./log-entries.ts";
export type { Ledger } from "./ledger.ts";
export type * from "./member-view.ts";
export type * from "./plan.ts";
export { CONTROLS } from "./plan.ts";
export { readLedger } from "./reader.ts";
export type { LedgerFeed, Recorder } from "./recorder.ts";
export { recordedPage, withoutSecrets } from "./without-secrets.ts";
export { COMPARE_FAILED, isFirstOfRequest } from "./write-entries.ts";
export type * from "./write-entries.ts";
export { openLedger, type LedgerWriter, type OpenLedgerOptions, type WriteBytes } from "./writer.ts";
export { appendToSet, readSet } from "./set-file.ts";
export * from "./set-record.ts";
