/** The first line of a ledger: what ran, on what, and how it is to be judged. */
import type { JudgementPlan } from "./plan.ts";

/** The schema version of ledgers written now. A reader refuses any other. */
export const LEDGER_SCHEMA_VERSION = 5;

/** The first line. */
export interface LedgerHeader {
  readonly kind: "header";
  readonly schemaVersion: typeof LEDGER_SCHEMA_VERSION;
  readonly runId: string;
  readonly drillId: string;
  readonly title: string;
  /** What a pass of the drill proves, in one sentence. */
  readonly proves: string;
  readonly system: string;
  readonly substrate: string;
  readonly seed: number;
  /** Wall clock (ISO 8601, UTC) at the run's base instant: for the record, never for a duration. */
  readonly startedAt: string;
  /** The run whose broken cluster this one began with, and the instant of its clock; null: it made its own. */
  readonly forkedFrom: ForkOrigin | null;
  readonly fault: { readonly id: string; readonly effect: string };
  /** Null: nobody acts, since the fault heals by itself. */
  readonly runbook: RunbookRecord | null;
  readonly plan: JudgementPlan;
  readonly environment: EnvironmentRecord;
}

/** Where a fork comes from. Its clock goes on at that instant. */
export interface ForkOrigin {
  readonly runId: string;
  readonly atMs: number;
}

/** The page that was followed, whole, so that a report needs no other file. */
export interface RunbookRecord {
  /** Its path relative to the project or to the folder the command was given in. */
  readonly file: string;
  /** Of the page as it was followed. */
  readonly sha256: string;
  /** The page, with a placeholder for each secret in it; its lines are those of the page. */
  readonly text: string;
  /** How many secrets were replaced in `text`. */
  readonly redactions: number;
}

/** What ran and on what. */
export interface EnvironmentRecord {
  readonly drillbook: string;
  readonly node: string;
  readonly os: string;
  readonly kernel: string;
  readonly arch: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** How the nodes are kept apart from the machine and from other runs. */
  readonly isolation: "namespaces" | "loopback" | "containers";
  /** What this substrate cannot do here, each with the reason. */
  readonly absentCapabilities: readonly { readonly capability: string; readonly reason: string }[];
  readonly programs: readonly ProgramRecord[];
}

/** One external program, as it ran. */
export interface ProgramRecord {
  readonly name: string;
  /** What the program itself says. */
  readonly version: string;
  /** Where it came from: `cache`, `path`, `docker`, `debian`. */
  readonly source: string;
  readonly sha256: string;
}
