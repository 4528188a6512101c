/**
 * What keeps a module's default export from being a scenario. The types say the rest; a scenario in plain JavaScript has
 * no other guard.
 */
import {
  drillName,
  type DeclaredControls,
  type Drill,
  type ExpectedFailure,
  type RecoveryPoint,
} from "../drill/index.ts";
import { mayStop, type Objectives } from "../ledger/index.ts";
import type { System } from "../system/index.ts";
import { NAME } from "./catalogue.ts";
import { readingFlaw } from "./reading-flaw.ts";

/** The first flaw of the scenario in the folder `id`, as the end of a sentence about its file; undefined when it has none. */
export function scenarioFlaw(value: unknown, id: string): string | undefined {
  if (!Array.isArray(value)) return drillFlaw(value, id);
  if (value.length === 0) return "has an empty list as its default export: expected at least one case";
  for (const [index, one] of value.entries()) {
    const flaw = drillFlaw(one, id);
    if (flaw !== undefined) return `${flaw} (the case with the index ${index})`;
  }
  const drills = value as readonly Drill[];
  if (drills.length > 1 && drills.some((drill) => drill.case === null))
    return "has several drills of which one has no case: expected each to name its own";
  const names = drills.map(drillName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `declares ${twice} twice: expected each case to have a name of its own`;
}

const OBJECTS = [
  "expected",
  "system",
  "fault",
  "detection",
  "recoveryPoint",
  "objectives",
  "membership",
  "controls",
] as const;

function drillFlaw(value: unknown, id: string): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "has no drill as its default export: expected `const drill: Drill = {...}; export default drill`, or a list of such";
  const drill = value as Partial<Record<keyof Drill, unknown>>;
  for (const name of ["id", "title", "proves"] as const) {
    if (typeof drill[name] !== "string" || drill[name] === "") return `declares no ${name}: expected a text`;
  }
  const flaw = pageFlaw(drill) ?? readingFlaw(drill);
  if (flaw !== undefined) return flaw;
  if (drill.case !== null && (typeof drill.case !== "string" || !NAME.test(drill.case)))
    return `declares the case ${JSON.stringify(drill.case) ?? "undefined"}: expected a name such as damaged-wal, or null where the folder holds one drill`;
  for (const name of OBJECTS) {
    if (typeof drill[name] !== "object" || drill[name] === null) return `declares no ${name}: expected an object`;
  }
  const { lostWrites, lostWritesReason } = drill.objectives as Partial<Objectives>;
  if (lostWrites !== 0 && typeof lostWritesReason !== "string")
    return "allows lost writes without a reason: expected objectives.lostWritesReason to say why";
  if (drill.preparation !== null && typeof drill.preparation !== "function")
    return "does not say whether it prepares anything: expected preparation to be a function that binds roles, or null";
  const expected = drill.expected as Partial<ExpectedFailure>;
  if (expected.kind === "failed" && (expected.findings?.length ?? 0) === 0)
    return "is declared to fail without saying how: expected `expected.findings` to name the checks that fail";
  const stop = stopFlaw(expected);
  if (stop !== undefined) return stop;
  if (expected.kind === "failed" && typeof expected.corrected?.runbook !== "string")
    return "is declared to fail and has no corrected page: expected `expected.corrected.runbook`";
  const lacking = lackingFlaw(drill.recoveryPoint as Partial<RecoveryPoint>, drill.system as Partial<System>);
  if (lacking !== undefined) return lacking;
  if (typeof drill.roles !== "function") return "declares no roles: expected a function that binds them";
  if (drill.id !== id)
    return `declares the id ${JSON.stringify(drill.id)} in a folder named ${id}: expected both to be equal`;
  return undefined;
}

/** A failure is the declared one only if the page stops where the scenario says, so a scenario whose page may stop must say it. */
function stopFlaw({ alsoPossible = [], findings = [], kind, stopsAt }: Partial<ExpectedFailure>): string | undefined {
  if (kind !== "failed") return undefined;
  const says = Array.isArray(stopsAt) && stopsAt.length > 0;
  if (mayStop({ alsoPossible, findings }))
    return says
      ? undefined
      : "declares every-step-ran without saying where the page stops: expected `expected.stopsAt` to name the step, or the few that it can be";
  return stopsAt === undefined
    ? undefined
    : "says in `expected.stopsAt` where the page stops, and declares no failure of every-step-ran: expected both, or neither";
}

/** A promise that a store without revisions cannot be held to: nothing would tell on which side of the point a write lies. */
function lackingFlaw({ kind }: Partial<RecoveryPoint>, { lacks }: Partial<System>): string | undefined {
  const revisions = lacks?.revisions;
  if (revisions === undefined || kind !== "backup-revision") return undefined;
  return `declares the recovery point ${kind} of a store without revisions (${revisions}): expected everything, nothing, or survivor-commit, whose point is what the survivor itself holds`;
}

/** A drill without a page says why nobody needs to act, and promises to lose nothing. */
function pageFlaw({ controls, recoveryPoint, runbook }: Partial<Record<keyof Drill, unknown>>): string | undefined {
  if (typeof runbook === "string" && runbook !== "") return undefined;
  if (runbook !== null) return "declares no runbook: expected a text, or null where nobody acts";
  if (typeof (controls as Partial<DeclaredControls> | null)?.selfHealing !== "string")
    return "has no page and does not say why: expected controls.selfHealing to say why the fault ends by itself";
  return (recoveryPoint as Partial<RecoveryPoint> | null)?.kind === "everything"
    ? undefined
    : "has no page, so that there is no recovery that may lose a write: expected the recovery point everything";
}
