/** Schemas of what is seen and done on the cluster: nodes, processes, probes, fault, witness, diagnosis. */
import { z } from "zod";
import { atMs, decimal, id, kind, memberView, pagePart, text, type EntrySchemas } from "./schema-parts.ts";

/** The kinds of this file. */
export const CLUSTER_SCHEMAS: Pick<
  EntrySchemas,
  | "node"
  | "process"
  | "cluster-probe"
  | "fault"
  | "witness"
  | "detection"
  | "diagnosis"
  | "role"
  | "recovery-point"
  | "restart"
> = {
  node: z.strictObject({
    kind: kind("node"),
    atMs,
    node: text,
    address: text,
    clientUrl: text,
    peerUrl: text,
    startsAs: z.enum(["member", "spare"]),
  }),
  process: z.strictObject({
    kind: kind("process"),
    atMs,
    event: z.enum(["started", "signalled", "exited"]),
    node: text,
    process: text,
    pid: id,
    actor: z.enum(["harness", "fault", "runbook", "control", "fork"]).nullable(),
    command: z.array(text).nullable(),
    variables: z.array(text).nullable(),
    exitCode: z.int().nullable(),
    signal: text.nullable(),
  }),
  "cluster-probe": z.strictObject({
    kind: kind("cluster-probe"),
    atMs,
    sentAtMs: atMs,
    views: z.array(memberView),
  }),
  fault: z.strictObject({
    kind: kind("fault"),
    atMs,
    event: z.enum(["armed", "injecting", "injected", "lifting", "lifted"]),
    fault: text,
    targets: z.array(text),
    chosen: text,
    blastRadius: z.array(text),
  }),
  witness: z.strictObject({
    kind: kind("witness"),
    atMs,
    sentAtMs: atMs,
    when: z.enum(["before", "after"]),
    sign: text,
    seen: z.boolean().nullable(),
    detail: text,
  }),
  detection: z.strictObject({ kind: kind("detection"), atMs, rule: text }),
  diagnosis: z.strictObject({ kind: kind("diagnosis"), atMs, part: pagePart, views: z.array(memberView) }),
  role: z.strictObject({ kind: kind("role"), atMs, part: pagePart, role: text, node: text.nullable(), because: text }),
  "recovery-point": z.strictObject({
    kind: kind("recovery-point"),
    atMs,
    values: z.strictObject({ node: text, keys: id }).nullable(),
    revision: decimal.nullable(),
    because: text,
  }),
  restart: z.strictObject({
    kind: kind("restart"),
    atMs,
    event: z.enum(["restarted", "failed", "all-restarted", "steady-again", "not-steady"]),
    node: text.nullable(),
    detail: text,
  }),
};
