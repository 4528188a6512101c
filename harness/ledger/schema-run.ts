/** Schemas of the run itself: phases, the page, the harness's own state, the end. */
import { z } from "zod";
import { PHASES } from "./entries.ts";
import { atMs, id, kind, pagePart, text, type EntrySchemas } from "./schema-parts.ts";

/** The kinds of this file. */
export const RUN_SCHEMAS: Pick<
  EntrySchemas,
  "phase" | "loop-lag" | "runbook" | "step" | "trouble" | "end" | "residue"
> = {
  phase: z.strictObject({ kind: kind("phase"), atMs, phase: z.enum(PHASES) }),
  "loop-lag": z.strictObject({
    kind: kind("loop-lag"),
    loop: z.enum(["drill", "probes"]),
    atMs,
    sinceMs: atMs,
    maxLagMs: z.number().nonnegative(),
  }),
  runbook: z.strictObject({
    kind: kind("runbook"),
    atMs,
    part: pagePart,
    event: z.enum(["started", "ended"]),
    blocks: id,
    preparationSteps: id,
    steps: id,
    proseBlocks: id,
  }),
  step: z.strictObject({
    kind: kind("step"),
    atMs,
    part: pagePart,
    id: text,
    line: z.int().positive(),
    role: text,
    node: text.nullable(),
    acts: z.boolean(),
    onlyIf: z.strictObject({ choice: text, values: z.array(text).min(1) }).nullable(),
    status: z.enum(["ran", "timed-out", "skipped", "not-chosen", "session-ended"]),
    exitCode: z.int().nullable(),
    startMs: atMs.nullable(),
    endMs: atMs.nullable(),
    outputTail: text,
    outputBytes: id,
    redactions: id,
    outputFile: text.nullable(),
  }),
  trouble: z.strictObject({
    kind: kind("trouble"),
    atMs,
    outcome: z.enum(["broken", "interrupted"]),
    phase: text,
    message: text,
  }),
  end: z.strictObject({ kind: kind("end"), atMs }),
  residue: z.strictObject({
    kind: kind("residue"),
    atMs,
    audited: z.boolean(),
    processes: z.array(text),
    folders: z.array(text),
    addresses: z.array(text),
  }),
};
