/** The schema of a set's record, checked when one is read. `set-record.ts` leads. */
import { z } from "zod";
import { id, kind, text } from "./schema-parts.ts";
import { SET_SCHEMA_VERSION, type SetLine } from "./set-record.ts";

const runs = z.int().positive();

/** Any line. Unknown fields are refused. */
export const SET_LINE_SCHEMA: z.ZodType<SetLine> = z.union([
  z.strictObject({
    kind: kind("set"),
    schemaVersion: z.literal(SET_SCHEMA_VERSION),
    setId: text,
    drillId: text,
    seed: id,
    plan: z.union([
      z.strictObject({ kind: kind("repeat"), runs }),
      z.strictObject({ kind: kind("until-confident"), atMost: runs }),
    ]),
    startedAt: z.iso.datetime(),
  }),
  z.strictObject({ kind: kind("run-begins"), index: runs, seed: id }),
  z.strictObject({
    kind: kind("run-over"),
    index: runs,
    // It becomes part of a path and of a link.
    runId: z.string().regex(/^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$/, "must be the name of a run"),
    problems: z.array(text),
  }),
  z.strictObject({ kind: kind("run-refused"), index: runs, message: text }),
  z.strictObject({
    kind: kind("set-ended"),
    because: z.enum(["all-run", "decided", "cap", "no-progress", "interrupted"]),
  }),
]);
