/** The schema of repeats.json: it fixes the order of the fields, and its JSON Schema is published in docs/. */
import { z } from "zod";
import { OUTCOMES_WORST_FIRST } from "../../core/index.ts";
import { REPEATS_SCHEMA_VERSION, type RepeatsResult } from "./repeats-result.ts";

const text = z.string();
const ms = z.number();
const share = z.number().min(0).max(1);
const count = z.int().nonnegative();
const outcome = z.enum(OUTCOMES_WORST_FIRST);
const quantile = z.strictObject({
  estimateMs: z.strictObject({ low: ms.nullable(), high: ms.nullable() }),
  atLeastMs: ms.nullable(),
  atMostMs: ms.nullable(),
});

/** The whole of repeats.json. The compiler refuses it when a field of `RepeatsResult` is missing here. */
const REPEATS_SCHEMA: z.ZodType<RepeatsResult> = z.strictObject({
  schemaVersion: z.literal(REPEATS_SCHEMA_VERSION),
  setId: text,
  drillId: text,
  title: text,
  outcome,
  notes: z.array(text),
  startedAt: z.iso.datetime(),
  plan: z.union([
    z.strictObject({ kind: z.literal("repeat"), runs: count }),
    z.strictObject({ kind: z.literal("until-confident"), atMost: count }),
  ]),
  ended: z.enum(["all-run", "decided", "cap", "no-progress", "interrupted"]),
  stopping: z.enum(["fixed", "anytime"]),
  confidence: share,
  counts: z.strictObject({ begun: count, measured: count, censored: count, unknown: count, nothing: count }),
  recoveryTime: z.strictObject({
    objectiveMs: ms.nullable(),
    objectiveQuantile: share,
    verdict: z.enum(["met", "missed", "not-decided"]),
    because: text,
    runsNeeded: count.nullable(),
    within: count,
    beyond: count,
    undecided: count,
    median: quantile,
    p95: quantile,
    survival: z.array(
      z.strictObject({
        atMs: ms,
        atRisk: count,
        ended: count,
        share,
        standardError: z.number(),
        interval: z.strictObject({ low: share, high: share }).nullable(),
      }),
    ),
  }),
  loss: z.strictObject({
    runs: count,
    withLoss: count,
    beyondObjective: count,
    unknown: count,
    mostLostWrites: count.nullable(),
    withLossShareAtMost: share,
    beyondObjectiveShareAtMost: share,
  }),
  runs: z.array(
    z.strictObject({
      index: count,
      seed: count,
      runId: text.nullable(),
      outcome,
      says: z.enum(["measured", "censored", "unknown", "nothing"]),
      recoveryTimeMs: z.strictObject({ low: ms.nullable(), high: ms.nullable(), censored: z.boolean() }).nullable(),
      lostWrites: count.nullable(),
      lossObjectiveMet: z.boolean().nullable(),
      why: text.nullable(),
    }),
  ),
});

/**
 * The bytes of repeats.json, as `serializeResult` makes those of result.json.
 * @throws when the result is not what its schema says: a defect of the judge.
 */
export function serializeRepeats(result: RepeatsResult): string {
  return `${JSON.stringify(REPEATS_SCHEMA.parse(result), undefined, 2)}\n`;
}

/** The JSON Schema of repeats.json, as published in docs/. */
export function repeatsJsonSchema(): object {
  return z.toJSONSchema(REPEATS_SCHEMA);
}
