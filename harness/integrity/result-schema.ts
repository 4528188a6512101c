/** The schema of result.json: it fixes the order of the fields, and its JSON Schema is published in docs/. */
import { z } from "zod";
import { OUTCOMES_WORST_FIRST } from "../core/index.ts";
import { PAGES, STORE_FEATURES, type CheckId } from "../ledger/index.ts";
import { CHECKS } from "./checks/index.ts";
import { RESULT_SCHEMA_VERSION, type DrillResult } from "./result.ts";

const text = z.string();
const ms = z.number();
const count = z.int().nonnegative();
const lostCount = z.strictObject({ low: count, high: count }).nullable();
const outcome = z.enum(OUTCOMES_WORST_FIRST);
const stepStatus = z.enum(["ran", "timed-out", "skipped", "not-chosen", "session-ended"]);
const checkId = z.enum(Object.keys(CHECKS) as [CheckId, ...CheckId[]]);

/** The whole of result.json. The compiler refuses it when a field of `DrillResult` is missing here. */
const RESULT_SCHEMA: z.ZodType<DrillResult> = z.strictObject({
  schemaVersion: z.literal(RESULT_SCHEMA_VERSION),
  runId: text,
  drillId: text,
  title: text,
  proves: text,
  system: text,
  store: z.strictObject({ lacks: z.partialRecord(z.enum(STORE_FEATURES), text) }),
  substrate: text,
  seed: z.int(),
  control: z.enum(["none", "no-fault", "no-recovery", "restart-only", "recovery-only"]),
  page: z.enum(PAGES),
  reading: z.record(text, text).nullable(),
  outcome,
  declared: z
    .strictObject({
      findings: z.array(checkId),
      because: text,
      story: text,
      asDeclared: z.boolean().nullable(),
      countsAs: outcome,
      leftOpen: z.array(checkId),
      why: z.array(text),
    })
    .nullable(),
  startedAt: z.iso.datetime(),
  fork: z.strictObject({ runId: text, atMs: ms, restarted: z.array(text), backAfterMs: ms.nullable() }).nullable(),
  fault: z.strictObject({
    id: text,
    effect: text,
    injectedAtMs: ms.nullable(),
    proof: z.enum(["confirmed", "mismatch", "inconclusive"]),
  }),
  timeline: z.strictObject({
    injectedAtMs: ms.nullable(),
    firstFailureAtMs: ms.nullable(),
    detectedAtMs: ms.nullable(),
    faultEndedAtMs: ms.nullable(),
    runbookStartedAtMs: ms.nullable(),
    runbookEndedAtMs: ms.nullable(),
    firstServiceAtMs: ms.nullable(),
    steadyAgainSinceMs: ms.nullable(),
  }),
  measurements: z.strictObject({
    recoveryTimeMs: z.strictObject({ low: ms.nullable(), high: ms.nullable(), censored: z.boolean() }),
    parts: z.array(
      z.strictObject({
        part: z.enum(["visible-after", "detection", "reaction", "runbook", "until-fault-ends", "settling"]),
        durationMs: ms,
        steps: z.array(z.strictObject({ id: text.nullable(), line: z.int().positive().nullable(), durationMs: ms })),
      }),
    ),
    writes: z.strictObject({
      attempted: count,
      acknowledged: count,
      refused: count,
      unknown: count,
      kept: count.nullable(),
      lost: lostCount,
      lostToBeKept: lostCount,
      lostAfterRecoveryPoint: lostCount,
      lostKeys: lostCount,
      lostSpanMs: z.strictObject({ low: ms, high: ms }).nullable(),
      resurrected: count.nullable(),
      duplicated: count.nullable(),
      unknownKept: count.nullable(),
      unknownLost: count.nullable(),
    }),
    relapses: count,
    maxLoopLagMs: ms.nullable(),
    timeSpentMs: z.strictObject({ page: ms, cluster: ms, declared: ms, harness: ms }),
  }),
  runbook: z
    .strictObject({
      file: text,
      sha256: text,
      blocks: z.strictObject({ total: count, preparation: count, steps: count, prose: count }).nullable(),
      steps: z.array(
        z.strictObject({
          id: text,
          part: z.enum(["preparation", "recovery"]),
          line: z.int().positive(),
          role: text,
          node: text.nullable(),
          status: stepStatus,
          exitCode: z.int().nullable(),
          startMs: ms.nullable(),
          endMs: ms.nullable(),
        }),
      ),
    })
    .nullable(),
  roles: z.array(z.strictObject({ role: text, node: text.nullable(), because: text })),
  findings: z.array(
    z.strictObject({
      checkId,
      outcome: z.enum([...OUTCOMES_WORST_FIRST, "skipped"]),
      summary: text,
      details: z.array(text),
    }),
  ),
  notes: z.array(text),
  objectives: z.array(
    z.strictObject({
      id: z.enum(["recovery-time", "lost-writes"]),
      limit: ms,
      measured: ms.nullable(),
      met: z.boolean().nullable(),
    }),
  ),
  assumedReactionMs: ms.nullable(),
  environment: z.strictObject({
    drillbook: text,
    node: text,
    os: text,
    kernel: text,
    arch: text,
    cpus: count,
    memoryBytes: count,
    isolation: z.enum(["namespaces", "loopback", "containers"]),
    absentCapabilities: z.array(z.strictObject({ capability: text, reason: text })),
    programs: z.array(z.strictObject({ name: text, version: text, source: text, sha256: text })),
  }),
});

/**
 * The bytes of result.json: the fields in the order of the schema, indented by two, with a newline at the end. The same
 * result gives the same bytes, in whatever order its objects were built.
 * @throws when the result is not what its schema says: a defect of the judge.
 */
export function serializeResult(result: DrillResult): string {
  return `${JSON.stringify(RESULT_SCHEMA.parse(result), undefined, 2)}\n`;
}

/** Reads a result.json back. @throws when it is not one of this version. */
export function parseResult(json: string): DrillResult {
  return RESULT_SCHEMA.parse(JSON.parse(json));
}

/** The JSON Schema of result.json, as published in docs/. */
export function resultJsonSchema(): object {
  return z.toJSONSchema(RESULT_SCHEMA);
}
