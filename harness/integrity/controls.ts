/**
 * One verdict over a drill and its controls: a pure function of their results. A control passes when it shows what it
 * must; one that fails shows that a pass of the drill proves nothing, and the drill is void.
 */
import { z } from "zod";
import { OUTCOMES_WORST_FIRST, worstOutcome, type Outcome } from "../core/index.ts";
import { CONTROLS, type ControlKind, type ControlPlan } from "../ledger/index.ts";
import type { DrillResult } from "./result.ts";

/** The version of controls.json written now. */
export const CONTROLS_SCHEMA_VERSION = 1;

/** A run of the set that has no verdict, or one that cannot stand for it. */
export interface ControlNotRun {
  readonly control: ControlPlan["kind"];
  readonly because: string;
  /** True when the scenario says, with its reason, that this control says nothing about the drill. */
  readonly byDeclaration: boolean;
}

/** What one run of the set showed. */
export interface ControlsRun {
  readonly control: DrillResult["control"];
  readonly runId: string;
  readonly outcome: Outcome;
  /** The findings that are not passed, and of a control the one that says what it showed. */
  readonly shows: readonly string[];
}

/** `controls.json`. */
export interface ControlsResult {
  readonly schemaVersion: typeof CONTROLS_SCHEMA_VERSION;
  readonly drillId: string;
  readonly outcome: Outcome;
  /** True when a control has the wrong colour: then `outcome` is `failed`. */
  readonly isVoid: boolean;
  readonly because: readonly string[];
  readonly runs: readonly ControlsRun[];
  readonly notRun: readonly ControlNotRun[];
}

const text = z.string();
const courseKind = z.enum(["none", ...CONTROLS]);

const SCHEMA: z.ZodType<ControlsResult> = z.strictObject({
  schemaVersion: z.literal(CONTROLS_SCHEMA_VERSION),
  drillId: text,
  outcome: z.enum(OUTCOMES_WORST_FIRST),
  isVoid: z.boolean(),
  because: z.array(text),
  runs: z.array(
    z.strictObject({
      control: courseKind,
      runId: text,
      outcome: z.enum(OUTCOMES_WORST_FIRST),
      shows: z.array(text),
    }),
  ),
  notRun: z.array(z.strictObject({ control: courseKind, because: text, byDeclaration: z.boolean() })),
});

/** The checks that say what a control showed. */
const SHOWN_BY: Readonly<Record<ControlKind, string>> = {
  "no-fault": "stayed-steady",
  "no-recovery": "did-not-converge",
  "restart-only": "restart-does-not-suffice",
  "recovery-only": "harm-as-declared",
};

/**
 * Judges the set. A control that is missing without the scenario's reason leaves it inconclusive: nothing passes by
 * default.
 */
export function judgeControls(
  drillId: string,
  results: readonly DrillResult[],
  notRun: readonly ControlNotRun[],
): ControlsResult {
  const wrong = results.filter(({ control, outcome }) => control !== "none" && outcome === "failed");
  const missing = (["none", ...CONTROLS] as const).filter(
    (kind) =>
      notRun.some(({ control, byDeclaration }) => control === kind && !byDeclaration) ||
      (!results.some(({ control }) => control === kind) && !notRun.some(({ control }) => control === kind)),
  );
  const strange = results.filter(
    ({ drillId: id, runbook }) => id !== drillId || runbook?.sha256 !== results[0]?.runbook?.sha256,
  );
  const outcomes = results.map(({ outcome }) => outcome);
  const runs = results.map(({ control, runId, outcome, findings }) => ({
    control,
    runId,
    outcome,
    shows: findings
      .filter((one) => one.outcome !== "passed" || (control !== "none" && one.checkId === SHOWN_BY[control]))
      .map(({ checkId, summary }) => `${checkId}: ${summary}`),
  }));
  return {
    schemaVersion: CONTROLS_SCHEMA_VERSION,
    drillId,
    outcome: worstOutcome([
      ...outcomes,
      ...(missing.length > 0 ? (["inconclusive"] as const) : []),
      ...(strange.length > 0 ? (["broken"] as const) : []),
    ]),
    isVoid: wrong.length > 0,
    because: [
      ...wrong.map(
        ({ control }) => `The control ${control} did not show what it must: a pass of this drill proves nothing.`,
      ),
      ...strange.map(({ runId }) => `${runId} is of another drill or another page than the set.`),
      ...missing.map((kind) =>
        kind === "none" ? "The drill itself has no verdict." : `The control ${kind} has no verdict.`,
      ),
    ],
    runs,
    notRun,
  };
}

/** The bytes of controls.json. */
export function serializeControls(result: ControlsResult): string {
  return `${JSON.stringify(SCHEMA.parse(result), undefined, 2)}\n`;
}
