/** Schemas of what was asked of the page before the cluster was started. */
import { z } from "zod";
import { atMs, id, kind, text, type EntrySchemas } from "./schema-parts.ts";

/** The kinds of this file. */
export const PAGE_SCHEMAS: Pick<EntrySchemas, "page-commands" | "program-said"> = {
  "page-commands": z.strictObject({
    kind: kind("page-commands"),
    atMs,
    programs: z.array(z.strictObject({ name: text, style: z.enum(["subcommands", "posix-flags", "flags"]) })),
    steps: id,
    commands: z.array(
      z.strictObject({
        step: text,
        line: z.int().positive(),
        program: text.nullable(),
        text,
        words: z.array(text),
        unread: text.nullable(),
      }),
    ),
  }),
  "program-said": z.strictObject({
    kind: kind("program-said"),
    atMs,
    program: text,
    asked: z.array(text),
    exitCode: z.int().nullable(),
    output: text,
  }),
};
