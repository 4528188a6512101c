/** The ledger: an append-only record of everything seen and done, and what it declares about how to judge it. */
export type * from "./entries.ts";
export { LEDGER_SCHEMA_VERSION, PHASES } from "./entries.ts";
export type { Ledger } from "./ledger.ts";
export type * from "./plan.ts";
export type { LedgerFeed, Recorder } from "./recorder.ts";
