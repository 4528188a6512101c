/** The schema of the first line: what ran, and how it is to be judged. */
import { z } from "zod";
import { LEDGER_SCHEMA_VERSION, type EnvironmentRecord, type LedgerHeader } from "./header.ts";
import { mayStop, PAGES, type ExpectedPlan } from "./expected-plan.ts";
import type { CheckId, CheckPlan, ControlPlan, DeclaredHarm, JudgementPlan, WorkloadPlan } from "./plan.ts";
import { id, kind, text } from "./schema-parts.ts";
import { STORE_FEATURES } from "./store-features.ts";

const durationMs = z.number().positive();
const grid = z.strictObject({ periodMs: durationMs, timeoutMs: durationMs });

const workload: z.ZodType<WorkloadPlan> = z.strictObject({
  writesPerSecond: z.number().nonnegative(),
  readsPerSecond: z.number().nonnegative(),
  timeoutMs: durationMs,
  clients: id,
  adequacy: z.strictObject({
    windowMs: durationMs,
    acknowledgedShare: z.number().min(0).max(1),
    lastWriteWithinMs: durationMs,
  }),
});

const check: z.ZodType<CheckPlan> = z.lazy(() => z.union(Object.values(CHECKS) as z.ZodType<CheckPlan>[]));

const checkId = z.string().refine((name): name is CheckId => Object.hasOwn(CHECKS, name), "no such check");

const declaredHarm: z.ZodType<DeclaredHarm> = z.union([
  z.strictObject({ kind: kind("harmless"), stopsAt: text.nullable() }),
  z.strictObject({
    kind: kind("harmful"),
    findings: z.array(checkId),
    because: text.min(1),
    stopsAt: text.nullable(),
  }),
]);

/** One schema for each check: a check that has none here does not compile. */
const CHECKS: { readonly [K in CheckId]: z.ZodType<Extract<CheckPlan, { readonly id: K }>> } = {
  "steady-before-fault": bare("steady-before-fault"),
  "workload-adequate": bare("workload-adequate"),
  "fault-confirmed": z.strictObject({ id: z.literal("fault-confirmed"), signs: z.array(text) }),
  "only-the-runbook-acted": bare("only-the-runbook-acted"),
  "roles-bound": bare("roles-bound"),
  "commands-known": bare("commands-known"),
  "every-step-ran": bare("every-step-ran"),
  converged: bare("converged"),
  "time-trustworthy": bare("time-trustworthy"),
  "read-back-complete": bare("read-back-complete"),
  "acknowledged-writes-kept": bare("acknowledged-writes-kept"),
  "loss-within-objective": bare("loss-within-objective"),
  "nothing-resurrected": bare("nothing-resurrected"),
  "nothing-duplicated": bare("nothing-duplicated"),
  "transactions-whole": bare("transactions-whole"),
  linearizable: bare("linearizable"),
  "members-agree": bare("members-agree"),
  "restart-keeps-data": bare("restart-keeps-data"),
  "membership-as-promised": z.strictObject({
    id: z.literal("membership-as-promised"),
    voters: id,
  }),
  "cluster-id-as-promised": z.strictObject({
    id: z.literal("cluster-id-as-promised"),
    clusterId: z.enum(["kept", "changed"]),
  }),
  "same-list-from-every-member": bare("same-list-from-every-member"),
  "no-learner": bare("no-learner"),
  "no-alarm": bare("no-alarm"),
  "quota-as-promised": z.strictObject({ id: z.literal("quota-as-promised"), quota: z.enum(["kept", "raised"]) }),
  "every-member-writes": bare("every-member-writes"),
  "no-recovery-flag": z.strictObject({
    id: z.literal("no-recovery-flag"),
    flags: z.array(text),
    variables: z.array(text),
  }),
  "no-fatal-log-line": bare("no-fatal-log-line"),
  "old-data-cannot-rejoin": bare("old-data-cannot-rejoin"),
  "revision-not-back": z.strictObject({ id: z.literal("revision-not-back"), mayGoBack: z.boolean() }),
  "survives-rolling-restart": bare("survives-rolling-restart"),
  "leases-sane": z.strictObject({ id: z.literal("leases-sane"), slackMs: durationMs }),
  "watches-told": z.strictObject({
    id: z.literal("watches-told"),
    deliverWithinMs: durationMs,
    mayGoBack: z.boolean(),
  }),
  "service-as-promised": z.strictObject({
    id: z.literal("service-as-promised"),
    promised: z.array(z.strictObject({ lost: id, service: z.enum(["writable", "readable", "down"]) })),
  }),
  "bystander-unharmed": z.strictObject({
    id: z.literal("bystander-unharmed"),
    cluster: text,
    voters: id,
    serviceProbe: grid,
    workload,
    noServiceForMs: durationMs,
  }),
  "recovery-time-within-objective": bare("recovery-time-within-objective"),
  "nothing-left-behind": bare("nothing-left-behind"),
  "stayed-steady": bare("stayed-steady"),
  "did-not-converge": z.strictObject({ id: z.literal("did-not-converge"), selfHealing: text.nullable() }),
  "restart-does-not-suffice": bare("restart-does-not-suffice"),
  "harm-as-declared": z.strictObject({
    id: z.literal("harm-as-declared"),
    declared: declaredHarm,
    checks: z.array(check),
  }),
};

const expected: z.ZodType<ExpectedPlan> = z.union([
  z.strictObject({ kind: kind("passed") }),
  z
    .strictObject({
      kind: kind("failed"),
      findings: z.array(checkId).min(1),
      alsoPossible: z.array(checkId),
      stopsAt: z.array(text.min(1)).min(1).nullable(),
      because: text.min(1),
      story: text.min(1),
    })
    .refine((failure) => mayStop(failure) === (failure.stopsAt !== null), "stopsAt goes with every-step-ran"),
]);

const control: z.ZodType<ControlPlan> = z.union([
  z.strictObject({ kind: z.enum(["none", "no-fault", "recovery-only"]) }),
  z.strictObject({ kind: z.enum(["no-recovery", "restart-only"]), waitMs: durationMs, waitBecause: text }),
]);

const plan: z.ZodType<JudgementPlan> = z.strictObject({
  control,
  page: z.enum(PAGES),
  reading: z.record(text.min(1), text.min(1)).nullable(),
  expected,
  store: z.strictObject({ lacks: z.partialRecord(z.enum(STORE_FEATURES), text.min(1)) }),
  checks: z.array(check),
  recoveryPoint: z.strictObject({
    kind: z.enum(["everything", "survivor-commit", "backup-revision", "nothing"]),
    description: text,
  }),
  objectives: z.union([
    z.strictObject({ recoveryTimeMs: durationMs, lostWrites: z.literal(0), lostWritesReason: z.null() }),
    z.strictObject({ recoveryTimeMs: durationMs, lostWrites: id, lostWritesReason: text.min(1) }),
  ]),
  steadyState: z.strictObject({ voters: id }),
  assumedReactionMs: durationMs.nullable(),
  holdForMs: durationMs,
  detection: z.union([
    z.strictObject({ kind: z.enum(["no-member-serves", "not-steady"]), unavailableForMs: durationMs }),
    z.strictObject({ kind: kind("none"), because: text.min(1) }),
  ]),
  serviceProbe: grid,
  clusterProbe: grid,
  workload,
});

const environment: z.ZodType<EnvironmentRecord> = z.strictObject({
  drillbook: text,
  node: text,
  os: text,
  kernel: text,
  arch: text,
  cpus: id,
  memoryBytes: id,
  isolation: z.enum(["namespaces", "loopback", "containers"]),
  absentCapabilities: z.array(z.strictObject({ capability: text, reason: text })),
  programs: z.array(z.strictObject({ name: text, version: text, source: text, sha256: text })),
});

/** The first line. */
export const HEADER_SCHEMA: z.ZodType<LedgerHeader> = z.strictObject({
  kind: kind("header"),
  schemaVersion: z.literal(LEDGER_SCHEMA_VERSION),
  runId: text,
  drillId: text,
  title: text,
  proves: text,
  system: text,
  substrate: text,
  seed: z.int(),
  startedAt: z.iso.datetime(),
  forkedFrom: z.strictObject({ runId: text, atMs: durationMs }).nullable(),
  fault: z.strictObject({ id: text, effect: text }),
  runbook: z.strictObject({ file: text, sha256: text, text, redactions: id }).nullable(),
  plan,
  environment,
});

/** A check without parameters. */
function bare<K extends CheckId>(name: K): z.ZodType<{ readonly id: K }> {
  return z.strictObject({ id: z.literal(name) });
}
