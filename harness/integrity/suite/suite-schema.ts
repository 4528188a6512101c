/** The schema of suite.json: it fixes the order of the fields, and its JSON Schema is published in docs/. */
import { z } from "zod";
import { OUTCOMES_WORST_FIRST } from "../../core/index.ts";
import { PAGES } from "../../ledger/index.ts";
import { SUITE_SCHEMA_VERSION, type SuiteResult } from "./suite.ts";

const text = z.string();
const ms = z.number();
const count = z.int().nonnegative();
const outcome = z.enum(OUTCOMES_WORST_FIRST);
const timeSpent = z.strictObject({ page: ms, cluster: ms, declared: ms, harness: ms });

const drillWithout = z.strictObject({ drillId: text, because: text });

const SUITE_SCHEMA: z.ZodType<SuiteResult> = z.strictObject({
  schemaVersion: z.literal(SUITE_SCHEMA_VERSION),
  outcome,
  because: z.array(text),
  parts: z.array(
    z.strictObject({
      suiteId: text,
      startedAt: z.iso.datetime(),
      seeds: z.array(z.int()),
      shard: z.strictObject({ index: z.int().positive(), of: z.int().positive() }).nullable(),
    }),
  ),
  selected: z.array(text),
  drills: z.array(
    z.strictObject({
      drillId: text,
      kind: z.enum(["run", "control", "controls", "repeats", "both-pages"]),
      outcome,
      proves: text,
      says: z.array(text),
      reading: z.record(text, text).nullable(),
      seeds: z.array(z.strictObject({ seed: z.int(), outcome: outcome.nullable() })),
      runs: z.array(
        z.strictObject({
          runId: text,
          seed: z.int(),
          page: z.enum(PAGES),
          outcome,
          recoveryTimeMs: z.strictObject({ low: ms.nullable(), high: ms.nullable(), censored: z.boolean() }),
          lostWrites: z.strictObject({ low: count, high: count }).nullable(),
          timeSpentMs: timeSpent,
        }),
      ),
    }),
  ),
  notStarted: z.array(drillWithout),
  skipped: z.array(drillWithout),
  timeSpentMs: timeSpent,
});

/** The bytes of suite.json. @throws when the result is not what its schema says: a defect of the judge. */
export function serializeSuite(result: SuiteResult): string {
  return `${JSON.stringify(SUITE_SCHEMA.parse(result), undefined, 2)}\n`;
}

/** Reads a suite.json back. @throws when it is not one of this version. */
export function parseSuite(json: string): SuiteResult {
  return SUITE_SCHEMA.parse(JSON.parse(json));
}

/** The JSON Schema of suite.json, as published in docs/. */
export function suiteJsonSchema(): object {
  return z.toJSONSchema(SUITE_SCHEMA);
}
