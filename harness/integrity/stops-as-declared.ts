/** Whether a page that is declared to stop stopped where the scenario says: checks that fail tell that a step failed, not which. */
import type { ExpectedFailurePlan, StepEntry } from "../ledger/index.ts";
import type { Finding } from "./result.ts";
import { couldNotRun, type Stop } from "./where-stopped.ts";

/** How the stop speaks against the declaration, and what keeps it from being known; both empty where the page stopped as declared. */
export interface StopFlaws {
  readonly wrong: readonly string[];
  readonly unknown: readonly string[];
}

const NONE: StopFlaws = { wrong: [], unknown: [] };

/** Whether the page stopped, as its finding says. */
export function didStop(findings: readonly Finding[]): boolean {
  return findings.some(({ checkId, outcome }) => checkId === "every-step-ran" && outcome === "failed");
}

/** Compares the step at which the page stopped with those that are declared; where none is declared, the stop is an undeclared failure already. */
export function stopFlaws({ stopsAt }: ExpectedFailurePlan, stop: Stop, findings: readonly Finding[]): StopFlaws {
  if (stopsAt === null || !didStop(findings)) return NONE;
  if (!stop.known) return { ...NONE, unknown: [stop.because] };
  const said = `and the scenario says that it stops at ${stopsAt.join(" or ")}.`;
  if (stop.at === null) return { ...NONE, wrong: [`The page is followed to its end, ${said}`] };
  const { id } = stop.at;
  if (!stopsAt.includes(id)) return { ...NONE, wrong: [`The page stops at ${id} (${how(stop.at)}), ${said}`] };
  if (!couldNotRun(stop.at)) return NONE;
  const why = `The page's step ${id} could not be run (${how(stop.at)}), so that it is not known where the page stops.`;
  return { ...NONE, unknown: [why] };
}

function how({ exitCode, status }: StepEntry): string {
  return exitCode === null && status !== "ran" ? status : `${status}, exit ${exitCode}`;
}
