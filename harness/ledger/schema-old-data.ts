/** Schemas of the trial of a lost member's old data. */
import { z } from "zod";
import { atMs, kind, memberView, text, type EntrySchemas } from "./schema-parts.ts";

/** The kinds of this file. */
export const OLD_DATA_SCHEMAS: Pick<EntrySchemas, "old-data" | "old-data-look"> = {
  "old-data": z.strictObject({
    kind: kind("old-data"),
    atMs,
    event: z.enum(["none", "starting", "failed", "ended"]),
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
    write: z.enum(["acknowledged", "refused", "unknown"]),
    writeReason: text.nullable(),
  }),
};
