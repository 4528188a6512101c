/** Schemas of what clients hold open across the fault: watches and leases. */
import { z } from "zod";
import { atMs, decimal, id, kind, text, type EntrySchemas } from "./schema-parts.ts";

/** What one Lease object says. */
const LEASE_OBJECT = {
  holder: text.nullable(),
  term: id.nullable(),
  renewedAtUnixMs: z.int().nullable(),
  revision: decimal.nullable(),
};

/** The kinds of this file. */
export const HELD_OPEN_SCHEMAS: Pick<
  EntrySchemas,
  | "watch-open"
  | "watch-events"
  | "watch-end"
  | "watcher-stopped"
  | "lease"
  | "lease-state"
  | "lease-object"
  | "lease-object-state"
  | "absent"
> = {
  "watch-open": z.strictObject({
    kind: kind("watch-open"),
    atMs,
    sentAtMs: atMs,
    watcher: text,
    node: text,
    attempt: id,
    fromRevision: decimal.nullable(),
    opened: z.boolean(),
    revision: decimal.nullable(),
    reason: text.nullable(),
  }),
  "watch-events": z.strictObject({
    kind: kind("watch-events"),
    atMs,
    watcher: text,
    attempt: id,
    events: z.array(z.strictObject({ op: z.enum(["put", "delete"]), key: text, revision: decimal })),
  }),
  "watch-end": z.strictObject({
    kind: kind("watch-end"),
    atMs,
    watcher: text,
    attempt: id,
    how: z.enum(["lost", "cancelled", "ended"]),
    compactRevision: decimal.nullable(),
    reason: text.nullable(),
  }),
  "watcher-stopped": z.strictObject({
    kind: kind("watcher-stopped"),
    atMs,
    watcher: text,
    node: text,
    attempts: id,
    events: id,
  }),
  lease: z.strictObject({
    kind: kind("lease"),
    atMs,
    sentAtMs: atMs,
    act: z.enum(["grant", "attach", "keep-alive", "look"]),
    lease: decimal,
    purpose: z.enum(["kept", "abandoned"]),
    key: text,
    node: text,
    outcome: z.enum(["acknowledged", "refused", "unknown"]),
    alive: z.boolean().nullable(),
    ttlMs: z.number().nullable(),
    revision: decimal.nullable(),
    reason: text.nullable(),
  }),
  "lease-state": z.strictObject({
    kind: kind("lease-state"),
    atMs,
    sentAtMs: atMs,
    node: text,
    revision: decimal.nullable(),
    keys: z.array(text).nullable(),
    leases: z.array(decimal).nullable(),
    reason: text.nullable(),
  }),
  "lease-object": z.strictObject({
    kind: kind("lease-object"),
    atMs,
    sentAtMs: atMs,
    act: z.enum(["acquire", "renew", "release", "read"]),
    name: text,
    candidate: text,
    node: text,
    ...LEASE_OBJECT,
    ttlMs: z.number().nullable(),
    outcome: z.enum(["acknowledged", "refused", "unknown"]),
    reason: text.nullable(),
  }),
  "lease-object-state": z.strictObject({
    kind: kind("lease-object-state"),
    atMs,
    sentAtMs: atMs,
    node: text,
    items: z.array(z.strictObject({ name: text, ...LEASE_OBJECT })).nullable(),
    reason: text.nullable(),
  }),
  absent: z.strictObject({ kind: kind("absent"), atMs, what: z.enum(["watches", "leases"]), reason: text }),
};
