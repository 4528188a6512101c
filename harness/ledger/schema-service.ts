/** Schemas of what is left of the service while members are taken away. */
import { z } from "zod";
import { atMs, kind, text, type EntrySchemas } from "./schema-parts.ts";

/** The kinds of this file. */
export const SERVICE_SCHEMAS: Pick<EntrySchemas, "stretch" | "service-read"> = {
  stretch: z.strictObject({ kind: kind("stretch"), atMs, event: z.enum(["begins", "ends"]), lost: z.array(text) }),
  "service-read": z.strictObject({
    kind: kind("service-read"),
    atMs,
    node: text,
    sentAtMs: atMs,
    read: z.enum(["local", "linearizable"]),
    ok: z.boolean(),
    reason: text.nullable(),
  }),
};
