/** Schemas of what the workload and the read-back record. */
import { z } from "zod";
import { atMs, decimal, id, kind, stateHash, text, type EntrySchemas } from "./schema-parts.ts";

const heldKey = z.strictObject({
  key: text,
  valueHash: text,
  revision: decimal.nullable(),
  version: decimal.nullable(),
});
const pass = z.enum(["after-convergence", "after-restart"]);

/** The kinds of this file. */
export const OPERATION_SCHEMAS: Pick<
  EntrySchemas,
  "operation" | "workload-stopped" | "service-probe" | "fence" | "read-back" | "read-back-end" | "recovery-point-held"
> = {
  operation: z.strictObject({
    kind: kind("operation"),
    atMs,
    id,
    transaction: id.nullable(),
    client: text,
    node: text,
    op: z.enum(["put", "delete", "get"]),
    key: text,
    valueHash: text.nullable(),
    scheduledAtMs: atMs,
    sentAtMs: atMs,
    outcome: z.enum(["acknowledged", "refused", "unknown"]),
    revision: decimal.nullable(),
    reason: text.nullable(),
  }),
  "workload-stopped": z.strictObject({ kind: kind("workload-stopped"), atMs, sent: id, skippedTicks: id }),
  "service-probe": z.strictObject({
    kind: kind("service-probe"),
    atMs,
    node: text,
    sentAtMs: atMs,
    ok: z.boolean().nullable(),
    reason: text.nullable(),
  }),
  fence: z.strictObject({
    kind: kind("fence"),
    atMs,
    pass,
    acknowledged: z.boolean(),
    key: text.nullable(),
    valueHash: text.nullable(),
    revision: decimal.nullable(),
    reason: text.nullable(),
  }),
  "read-back": z.strictObject({ kind: kind("read-back"), atMs, pass, node: text, items: z.array(heldKey) }),
  "recovery-point-held": z.strictObject({
    kind: kind("recovery-point-held"),
    atMs,
    node: text,
    items: z.array(heldKey),
  }),
  "read-back-end": z.strictObject({
    kind: kind("read-back-end"),
    atMs,
    pass,
    node: text,
    revision: decimal.nullable(),
    fenceValueHash: text.nullable(),
    keys: id,
    complete: z.boolean(),
    reason: text.nullable(),
    stateHash: stateHash.nullable(),
  }),
};
