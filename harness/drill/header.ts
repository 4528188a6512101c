/** The ledger's first line: what is drilled, how it will be judged, and what it runs on. */
import type { SecretFinder } from "../core/index.ts";
import {
  LEDGER_SCHEMA_VERSION,
  type ControlPlan,
  type EnvironmentRecord,
  type ForkOrigin,
  type LedgerHeader,
  type PageKind,
  recordedPage,
  type RunbookRecord,
} from "../ledger/index.ts";
import { faultOf } from "./course.ts";
import type { Drill, DrillSettings } from "./drill.ts";
import { drillName } from "./drill-name.ts";
import { judgementPlan } from "./plan.ts";

export interface HeaderOptions {
  readonly runId: string;
  readonly seed: number;
  /** Wall clock at the run's base instant, ISO 8601. */
  readonly startedAt: string;
  /** Null: it is no fork. */
  readonly forkedFrom: ForkOrigin | null;
  readonly substrate: string;
  readonly settings: DrillSettings;
  readonly control: ControlPlan;
  readonly page: PageKind;
  /** Null where nobody acts. */
  readonly runbook: Omit<RunbookRecord, "redactions"> | null;
  /** What the record of the page must not show. */
  readonly secrets: SecretFinder;
  readonly environment: EnvironmentRecord;
}

/** Builds the header of a run of `drill`. */
export function ledgerHeader(drill: Drill, options: HeaderOptions): LedgerHeader {
  const fault = faultOf(drill, options.control);
  return {
    kind: "header",
    schemaVersion: LEDGER_SCHEMA_VERSION,
    runId: options.runId,
    drillId: drillName(drill),
    title: drill.title,
    proves: drill.proves,
    system: drill.system.id,
    substrate: options.substrate,
    seed: options.seed,
    startedAt: options.startedAt,
    forkedFrom: options.forkedFrom,
    fault: { id: fault.id, effect: fault.effect },
    runbook: options.runbook === null ? null : recordedPage(options.runbook, options.secrets),
    plan: judgementPlan(drill, options),
    environment: options.environment,
  };
}
