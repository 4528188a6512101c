/** Schemas of the trial of lost members' old data. */
import { z } from "zod";
import { atMs, kind, memberView, text, type EntrySchemas } from "./schema-parts.ts";

const outcome = z.enum(["acknowledged", "refused", "unknown"]);

/** The kinds of this file. */
export const OLD_DATA_SCHEMAS: Pick<EntrySchemas, "old-data" | "old-data-look"> = {
  "old-data": z.strictObject({
    kind: kind("old-data"),
    atMs,
    event: z.enum(["none", "nothing-to-start", "in-use", "starting", "failed", "ended"]),
    node: text.nullable(),
    process: text.nullable(),
    detail: text,
    stillRuns: z.boolean().nullable(),
    refusals: z.array(text),
  }),
  "old-data-look": z.strictObject({
    kind: kind("old-data-look"),
    atMs,
    sentAtMs: atMs,
    views: z.array(memberView),
    through: z.array(
      z.strictObject({
        node: text,
        write: outcome,
        writeReason: text.nullable(),
        read: outcome,
        readReason: text.nullable(),
      }),
    ),
  }),
};
