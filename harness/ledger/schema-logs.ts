/** Schemas of what the nodes' logs said. */
import { z } from "zod";
import { atMs, id, kind, text, type EntrySchemas } from "./schema-parts.ts";

/** The kinds of this file. */
export const LOG_SCHEMAS: Pick<EntrySchemas, "log-line" | "log-scan"> = {
  "log-line": z.strictObject({
    kind: kind("log-line"),
    atMs,
    notBeforeMs: atMs,
    node: text,
    process: text,
    line: text,
  }),
  "log-scan": z.strictObject({
    kind: kind("log-scan"),
    atMs,
    node: text,
    process: text,
    fromMs: atMs,
    untilMs: atMs,
    bytes: id,
    reason: text.nullable(),
  }),
};
