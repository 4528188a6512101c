/** Schemas of what forks leave in a record. */
import { z } from "zod";
import { atMs, kind, text, type EntrySchemas } from "./schema-parts.ts";

/** The kinds of this file. */
export const FORK_SCHEMAS: Pick<EntrySchemas, "fork-point" | "seam"> = {
  "fork-point": z.strictObject({
    kind: kind("fork-point"),
    atMs,
    event: z.enum(["taking", "taken", "not-taken"]),
    processes: z.array(text),
    stoodStillMs: atMs.nullable(),
    reason: text.nullable(),
  }),
  seam: z.strictObject({ kind: kind("seam"), atMs, event: z.enum(["begins", "ends"]), processes: z.array(text) }),
};
