/** For each check: a ledger with a planted bug that it must catch, and one without its data on which it must not decide. */
import { describe, expect, test } from "vitest";
import {
  AT,
  changed,
  cutAt,
  entriesOf,
  healthyLedger,
  NODES,
  without,
  withItems,
  withoutItems,
  withEntries,
  withPlan,
} from "../../../fixtures/ledgers/build.ts";
import { SABOTEURS } from "../../../fixtures/saboteurs/index.ts";
import type {
  CheckId,
  FaultEntry,
  HeldKey,
  Ledger,
  LedgerEntry,
  MemberView,
  OperationEntry,
} from "../../ledger/index.ts";
import { CHECKS, judge, type Finding } from "../index.ts";

const healthy = healthyLedger();

/** The checks of the drill itself; those of its controls are in controls.test.ts. */
const ofTheDrill = (Object.keys(CHECKS) as CheckId[]).filter((id) =>
  healthy.header.plan.checks.some((plan) => plan.id === id),
);

function find(ledger: Ledger, id: CheckId): Finding {
  const finding = judge(ledger).findings.find((one) => one.checkId === id);
  if (finding === undefined) throw new Error(`no finding of ${id}`);
  return finding;
}

/** Acknowledged puts whose key was not written again: what is held of them is exactly their value. */
const finalPuts = entriesOf(healthy, "operation").filter(
  (one, _index, all) =>
    one.op === "put" &&
    one.outcome === "acknowledged" &&
    !all.some((other) => other.key === one.key && other.op !== "get" && other.id > one.id),
);
const victim = finalPuts[5] as OperationEntry;
const overwritten = entriesOf(healthy, "operation").find(
  (one, _index, all) =>
    one.op === "put" &&
    one.outcome === "acknowledged" &&
    all.some(
      (other) => other.key === one.key && other.op === "put" && other.outcome === "acknowledged" && other.id > one.id,
    ),
) as OperationEntry;
const deleted = entriesOf(healthy, "operation").find(
  (one) => one.op === "delete" && one.outcome === "acknowledged",
) as OperationEntry;
const putBeforeDelete = entriesOf(healthy, "operation").findLast(
  (one) => one.key === deleted.key && one.op === "put" && one.outcome === "acknowledged" && one.id < deleted.id,
) as OperationEntry;

/** A put that is there to the end, and another one of its transaction that is too. */
const halved = finalPuts.find(
  (one, _index, all) =>
    one.transaction !== null && all.some((other) => other !== one && other.transaction === one.transaction),
) as OperationEntry;

const acknowledged = entriesOf(healthy, "operation").filter(
  (one) => one.op !== "get" && one.outcome === "acknowledged",
);
const highestBefore = acknowledged
  .filter((one) => one.atMs < AT.runbookStarted)
  .map((one) => BigInt(one.revision ?? 0))
  .reduce((a, b) => (b > a ? b : a))
  .toString();
const firstWriteAfterPage = acknowledged.find((one) => one.sentAtMs >= AT.runbookStarted) as OperationEntry;

/** The healthy ledger with other items read back from one node, counts kept in step. */
function holding(
  node: string,
  change: (held: readonly HeldKey[]) => readonly HeldKey[],
  pass = "after-convergence",
  ledger = healthy,
): Ledger {
  const items = entriesOf(ledger, "read-back").flatMap((one) =>
    one.node === node && one.pass === pass ? one.items : [],
  );
  const now = change(items);
  let first = true;
  const parts = changed(ledger, "read-back", (entry) => {
    if (entry.node !== node || entry.pass !== pass) return entry;
    const part = { ...entry, items: first ? now : [] };
    first = false;
    return part;
  });
  return changed(parts, "read-back-end", (entry) =>
    entry.node === node && entry.pass === pass ? { ...entry, keys: now.length } : entry,
  );
}
const lacking =
  (key: string) =>
  (held: readonly HeldKey[]): readonly HeldKey[] =>
    held.filter((one) => one.key !== key);
const withValue =
  (key: string, valueHash: string) =>
  (held: readonly HeldKey[]): readonly HeldKey[] => [
    ...lacking(key)(held),
    { key, valueHash, revision: "1", version: "1" },
  ];
const everywhere = (change: (held: readonly HeldKey[]) => readonly HeldKey[]): Ledger =>
  NODES.reduce((ledger, node) => holding(node, change, "after-convergence", ledger), healthy);

/** Cluster probes after the page with the views changed. */
const seenLater = (change: (view: MemberView) => MemberView, fromMs: number = AT.lastAct): Ledger =>
  changed(healthy, "cluster-probe", (probe) =>
    probe.sentAtMs < fromMs ? probe : { ...probe, views: probe.views.map(change) },
  );

const badProbe = (node: string, sentAtMs: number): Ledger =>
  changed(healthy, "service-probe", (probe) =>
    probe.node === node && probe.sentAtMs === sentAtMs ? { ...probe, ok: false, reason: "deadline" } : probe,
  );

const started = (atMs: number): LedgerEntry => ({
  kind: "process",
  atMs,
  event: "started",
  node: "n1",
  process: "etcd",
  pid: 1,
  actor: "harness",
  command: [],
  variables: [],
  exitCode: null,
  signal: null,
});

type Case = readonly [id: CheckId, what: string, ledger: Ledger, outcome: Finding["outcome"], says: RegExp];

/** The healthy ledger with a watch of n1 that leaves out one change, its own count kept in step; more in watches-told.test.ts. */
const untold = changed(
  changed(healthy, "watch-events", (one, index) => (index === 20 ? { ...one, events: one.events.slice(1) } : one)),
  "watcher-stopped",
  (one) => (one.watcher === entriesOf(healthy, "watch-events")[20]?.watcher ? { ...one, events: one.events - 1 } : one),
);

const planted: readonly Case[] = [
  ["watches-told", "a change is left out", untold, "failed", /has a gap: 1 acknowledged/],
  [
    "watches-told",
    "an entry of a watcher is missing",
    without(healthy, "watch-events", (one) => one === entriesOf(healthy, "watch-events")[20]),
    "broken",
    /it saw \d+ events, and \d+ are on record/,
  ],
  ["steady-before-fault", "a member is ill at the injection", badProbe("n2", 10_000), "broken", /not steady/],
  [
    "steady-before-fault",
    "the members were never one cluster",
    changed(healthy, "cluster-probe", (one) =>
      one.sentAtMs < 10_000
        ? { ...one, views: one.views.map((view) => ({ ...view, leaderId: view.node === "n1" ? "12" : view.leaderId })) }
        : one,
    ),
    "broken",
    /different leaders/,
  ],
  ["steady-before-fault", "it has only just become steady", badProbe("n2", 9000), "passed", /steady/],
  [
    "steady-before-fault",
    "it has not been steady for long enough",
    without(
      without(healthy, "service-probe", (one) => one.sentAtMs < 9000),
      "cluster-probe",
      (one) => one.sentAtMs < 9000,
    ),
    "inconclusive",
    /had not been steady/,
  ],
  [
    "workload-adequate",
    "an operation is missing",
    without(healthy, "operation", (one) => one.id === 17),
    "broken",
    /sent \d+ operations, and \d+ are on record/,
  ],
  [
    "workload-adequate",
    "an operation is there twice",
    withEntries(healthy, [victim]),
    "broken",
    /broke its own rules|on record/,
  ],
  [
    "workload-adequate",
    "two clients write one key",
    changed(healthy, "operation", (one) => (one.id === deleted.id ? { ...one, client: "c9" } : one)),
    "broken",
    /two clients/,
  ],
  [
    "workload-adequate",
    "a key is used after an unknown outcome",
    changed(healthy, "operation", (one) =>
      one.id === putBeforeDelete.id ? { ...one, outcome: "unknown", revision: null } : one,
    ),
    "broken",
    /again after an unknown outcome/,
  ],
  [
    "workload-adequate",
    "two writes of one key overlap",
    changed(healthy, "operation", (one) =>
      one.id === deleted.id ? { ...one, sentAtMs: putBeforeDelete.sentAtMs } : one,
    ),
    "broken",
    /overlap/,
  ],
  [
    "workload-adequate",
    "a write is acknowledged after the fence",
    changed(healthy, "operation", (one) => (one.id === victim.id ? { ...one, atMs: AT.fence + 1 } : one)),
    "broken",
    /after the fence/,
  ],
  [
    "workload-adequate",
    "too little is acknowledged",
    changed(healthy, "operation", (one) =>
      one.scheduledAtMs > 8000 && one.scheduledAtMs < 9000 ? { ...one, outcome: "refused", revision: null } : one,
    ),
    "inconclusive",
    /90 %/,
  ],
  [
    "workload-adequate",
    "the last write is long ago",
    changed(healthy, "operation", (one) =>
      one.atMs > 9900 && one.atMs < AT.injecting ? { ...one, outcome: "refused", revision: null } : one,
    ),
    "inconclusive",
    /last write/,
  ],
  [
    "workload-adequate",
    "a write is acknowledged long after its own deadline, though the loop was awake",
    changed(healthy, "operation", (one) =>
      one.id === victim.id ? { ...one, sentAtMs: one.atMs - healthy.header.plan.workload.timeoutMs - 300 } : one,
    ),
    "inconclusive",
    /is given .* was acknowledged 300 ms later than that/,
  ],
  [
    "workload-adequate",
    "the schedule was not kept",
    changed(healthy, "workload-stopped", (one) => ({ ...one, skippedTicks: 3 })),
    "inconclusive",
    /3 ticks/,
  ],
  [
    "fault-confirmed",
    "the injector did nothing",
    changed(healthy, "witness", (one) => (one.when === "after" ? { ...one, seen: false } : one)),
    "broken",
    /not there after/,
  ],
  [
    "fault-confirmed",
    "one sign was there before",
    changed(healthy, "witness", (one, index) => (index === 1 ? { ...one, seen: true } : one)),
    "broken",
    /seen before/,
  ],
  [
    "fault-confirmed",
    "the witness could not look",
    changed(healthy, "witness", (one) => ({ ...one, seen: null })),
    "inconclusive",
    /not looked for/,
  ],
  [
    "fault-confirmed",
    "the witness came too late",
    changed(healthy, "witness", (one) => (one.when === "after" ? { ...one, atMs: 12_200 } : one)),
    "inconclusive",
    /between the injection and the page/,
  ],
  [
    "fault-confirmed",
    "the fault was being ended while the witness looked",
    withEntries(healthy, [
      { ...(entriesOf(healthy, "fault")[0] as FaultEntry), atMs: AT.witnessed - 1, event: "lifting" },
    ]),
    "inconclusive",
    /between the injection and the page or the fault's end/,
  ],
  [
    "fault-confirmed",
    "the witness looked before it happened",
    changed(healthy, "witness", (one) => (one.when === "after" ? { ...one, sentAtMs: 9000 } : one)),
    "inconclusive",
    /between the injection and the page/,
  ],
  [
    "fault-confirmed",
    "the fault declares no sign",
    withPlan(healthy, { checks: [{ id: "fault-confirmed", signs: [] }] }),
    "inconclusive",
    /no sign/,
  ],
  [
    "only-the-runbook-acted",
    "the harness starts a member",
    withEntries(healthy, [started(13_000)]),
    "broken",
    /n1: etcd started/,
  ],
  [
    "only-the-runbook-acted",
    "the fault starts a member although it was not being ended",
    withEntries(
      changed(healthy, "process", (one) =>
        one.event === "started" && one.actor === "runbook" ? { ...one, actor: "fault" } : one,
      ),
      [],
    ),
    "broken",
    /acted on the cluster 4 time/,
  ],
  [
    "only-the-runbook-acted",
    "somebody unnamed signals a member",
    withEntries(healthy, [
      {
        ...started(13_000),
        kind: "process",
        event: "signalled",
        node: "n1",
        process: "etcd",
        pid: 1,
        actor: null,
        command: null,
        variables: null,
        exitCode: null,
        signal: "SIGHUP",
      },
    ]),
    "broken",
    /signalled/,
  ],
  ["only-the-runbook-acted", "the record ends before", cutAt(healthy, 20_000), "inconclusive", /ends before/],
  [
    "roles-bound",
    "two members could be the survivor",
    changed(healthy, "role", (one, index) => (index === 0 ? { ...one, node: null, because: "n1 and n2 answer" } : one)),
    "failed",
    /survivor: n1 and n2 answer/,
  ],
  ["roles-bound", "roles come out of nowhere", without(healthy, "diagnosis"), "inconclusive", /no diagnosis/],
  [
    "every-step-ran",
    "a command exits with 1",
    changed(healthy, "step", (one, index) => (index === 4 ? { ...one, exitCode: 1 } : one)),
    "failed",
    /replace-first \(line 25, on n2\) exited with 1/,
  ],
  [
    "every-step-ran",
    "a step is skipped",
    changed(healthy, "step", (one, index) =>
      index === 5 ? { ...one, status: "skipped", exitCode: null, node: null } : one,
    ),
    "failed",
    /replace-second \(line 29\) was skipped/,
  ],
  [
    "every-step-ran",
    "a step times out",
    changed(healthy, "step", (one, index) => (index === 2 ? { ...one, status: "timed-out", exitCode: null } : one)),
    "failed",
    /force-new-cluster .* timed out/,
  ],
  [
    "every-step-ran",
    "a step ends its shell",
    changed(healthy, "step", (one, index) => (index === 2 ? { ...one, status: "session-ended", exitCode: null } : one)),
    "failed",
    /ended its own shell/,
  ],
  [
    "every-step-ran",
    "the page has no step",
    without(
      changed(healthy, "runbook", (one) => ({ ...one, blocks: 1, steps: 0 })),
      "step",
    ),
    "failed",
    /no step/,
  ],
  [
    "every-step-ran",
    "a block is not accounted for",
    changed(healthy, "runbook", (one) => ({ ...one, blocks: 9 })),
    "failed",
    /do not add up/,
  ],
  [
    "every-step-ran",
    "a step is not on record",
    without(healthy, "step", (one) => one.id === "look"),
    "broken",
    /7 steps, and 6/,
  ],
  [
    "every-step-ran",
    "the page was cut short",
    without(healthy, "runbook", (one) => one.event === "ended"),
    "inconclusive",
    /not followed to its end/,
  ],
  [
    "converged",
    "a member never comes back",
    changed(healthy, "service-probe", (one) =>
      one.node === "n3" && one.sentAtMs > 17_000 ? { ...one, ok: false, reason: "deadline" } : one,
    ),
    "failed",
    /through n3 was not acknowledged/,
  ],
  [
    "converged",
    "the members disagree",
    seenLater((view) => ({
      ...view,
      stateHash: view.node === "n2" && view.stateHash !== null ? { ...view.stateHash, hash: "other" } : view.stateHash,
    })),
    "failed",
    /different data/,
  ],
  ["converged", "a relapse just before the read-back", badProbe("n1", 21_300), "failed", /did not hold/],
  ["converged", "the wait is cut short", cutAt(healthy, 19_000), "inconclusive", /cut short/],
  [
    "converged",
    "hashes are never comparable",
    seenLater((view) => ({ ...view, stateHash: null })),
    "inconclusive",
    /compared/,
  ],
  [
    "converged",
    "a member is never probed",
    without(healthy, "service-probe", (one) => one.node === "n3"),
    "inconclusive",
    /through n3: no probe has been heard/,
  ],
  [
    "time-trustworthy",
    "the event loop lagged",
    changed(healthy, "loop-lag", (one) =>
      one.atMs === 15_000 && one.loop === "drill" ? { ...one, maxLagMs: 280 } : one,
    ),
    "inconclusive",
    /280 ms/,
  ],
  [
    "time-trustworthy",
    "nobody looked at a member for a while within the hold",
    without(healthy, "service-probe", (one) => one.node === "n2" && one.sentAtMs > 18_500 && one.sentAtMs < 18_900),
    "inconclusive",
    /writes through n2 for 300 ms/,
  ],
  [
    "time-trustworthy",
    "nobody watched for a while",
    without(healthy, "loop-lag", (one) => one.atMs === 15_000),
    "inconclusive",
    /not watched for 1.00 s/,
  ],
  [
    "time-trustworthy",
    "the page began before detection",
    changed(healthy, "detection", (one) => ({ ...one, atMs: 12_200 })),
    "inconclusive",
    /before the fault was detected/,
  ],
  [
    "time-trustworthy",
    "every probe between the fault and the alert proves nothing",
    changed(healthy, "service-probe", (one) =>
      one.sentAtMs > 9900 && one.sentAtMs < 11_050 ? { ...one, ok: null, reason: "harness-stood-still" } : one,
    ),
    "inconclusive",
    /whether the alert was true: no probe through n1, n2, n3/,
  ],
  [
    "time-trustworthy",
    "nobody probed one member between the fault and the alert",
    without(healthy, "service-probe", (one) => one.node === "n2" && one.sentAtMs > 9900 && one.sentAtMs < 11_050),
    "inconclusive",
    /whether the alert was true: no probe through n2 proved/,
  ],
  [
    "membership-as-promised",
    "no node is on record",
    without(healthy, "node"),
    "inconclusive",
    /Not every node is on record/,
  ],
  [
    "membership-as-promised",
    "one node is not on record",
    without(healthy, "node", (one) => one.node === "n3"),
    "inconclusive",
    /Not every node is on record/,
  ],
  [
    "read-back-complete",
    "one member was read in part",
    changed(healthy, "read-back-end", (one, index) =>
      index === 1 ? { ...one, complete: false, reason: "deadline" } : one,
    ),
    "inconclusive",
    /n2 after-convergence: deadline/,
  ],
  [
    "read-back-complete",
    "one member was not read",
    without(healthy, "read-back-end", (one) => one.node === "n3" && one.pass === "after-restart"),
    "inconclusive",
    /n3 after-restart/,
  ],
  [
    "read-back-complete",
    "items are missing",
    changed(healthy, "read-back-end", (one, index) => (index === 0 ? { ...one, keys: one.keys + 1 } : one)),
    "broken",
    /own count/,
  ],
  [
    "read-back-complete",
    "it was read behind another fence",
    changed(healthy, "read-back-end", (one, index) => (index === 0 ? { ...one, revision: "1" } : one)),
    "broken",
    /fence/,
  ],
  [
    "read-back-complete",
    "there was no fence",
    changed(healthy, "fence", (one) => ({ ...one, revision: null, reason: "deadline" })),
    "broken",
    /fence/,
  ],
  [
    "acknowledged-writes-kept",
    "one key is missing on one member",
    holding("n2", lacking(victim.key)),
    "failed",
    /n2 after-convergence/,
  ],
  [
    "acknowledged-writes-kept",
    "one key is missing after the restart",
    holding("n3", lacking(victim.key), "after-restart"),
    "failed",
    /n3 after-restart/,
  ],
  ["linearizable", "reads go back and forth", SABOTEURS.linearizable.plant(healthy), "failed", /no order of these/],
  [
    "transactions-whole",
    "half of one is gone",
    withoutItems(healthy, (one) => one.key === halved.key),
    "failed",
    /held in part/,
  ],
  ["acknowledged-writes-kept", "everything is gone", everywhere(() => []), "failed", /\d+ of 701/],
  [
    "acknowledged-writes-kept",
    "one member proves a loss, the others were not read",
    changed(holding("n2", lacking(victim.key)), "read-back-end", (one) =>
      one.node === "n2" ? one : { ...one, complete: false },
    ),
    "failed",
    /n2/,
  ],
  [
    "acknowledged-writes-kept",
    "one member was not read",
    without(healthy, "read-back-end", (one) => one.node === "n1"),
    "inconclusive",
    /not known/,
  ],
  [
    "loss-within-objective",
    "a write up to the point is lost",
    holding("n1", lacking(victim.key)),
    "failed",
    /1 of them not by design after/,
  ],
  [
    "loss-within-objective",
    "no recovery point was recorded",
    without(healthy, "recovery-point"),
    "inconclusive",
    /No recovery point/,
  ],
  [
    "nothing-resurrected",
    "an overwritten value is back",
    everywhere(withValue(overwritten.key, overwritten.valueHash ?? "")),
    "failed",
    /old value/,
  ],
  [
    "nothing-resurrected",
    "a deleted key is back on one member",
    holding("n3", withValue(deleted.key, putBeforeDelete.valueHash ?? "")),
    "failed",
    /n3 after-convergence/,
  ],
  [
    "nothing-resurrected",
    "a value that nobody wrote",
    holding("n1", withValue("drillbook/key/foreign", "x")),
    "failed",
    /nobody wrote/,
  ],
  ["members-agree", "one member lacks a key", holding("n2", lacking(victim.key)), "failed", /absent on n2/],
  [
    "members-agree",
    "one member has another revision",
    holding("n2", (held) => held.map((one, index) => (index === 0 ? { ...one, revision: "5" } : one))),
    "failed",
    /revision 5 on n2/,
  ],
  [
    "members-agree",
    "the hashes differ",
    changed(healthy, "read-back-end", (one, index) =>
      index === 1 && one.stateHash !== null ? { ...one, stateHash: { ...one.stateHash, hash: "other" } } : one,
    ),
    "failed",
    /hashes differ/,
  ],
  [
    "members-agree",
    "the hashes cannot be compared",
    changed(healthy, "read-back-end", (one, index) =>
      index === 1 && one.stateHash !== null ? { ...one, stateHash: { ...one.stateHash, compactRevision: "7" } } : one,
    ),
    "inconclusive",
    /not comparable/,
  ],
  [
    "members-agree",
    "a hash is missing",
    changed(healthy, "read-back-end", (one, index) => (index === 1 ? { ...one, stateHash: null } : one)),
    "inconclusive",
    /not comparable/,
  ],
  [
    "membership-as-promised",
    "a member too few",
    seenLater((view) => ({ ...view, members: view.members?.slice(0, 2) ?? null })),
    "failed",
    /lists 2 voters, not 3/,
  ],
  [
    "membership-as-promised",
    "one line shows three addresses",
    seenLater((view) => ({
      ...view,
      members:
        view.members?.map((one, index) =>
          index === 0 ? { ...one, peerUrls: ["https://127.0.50.1:2380", "https://127.0.50.2:2380"] } : one,
        ) ?? null,
    })),
    "failed",
    /peer address of no node/,
  ],
  [
    "membership-as-promised",
    "two members at one address",
    seenLater((view) => ({
      ...view,
      members: view.members?.map((one) => ({ ...one, peerUrls: ["https://127.0.50.1:2380"] })) ?? null,
    })),
    "failed",
    /two members at/,
  ],
  [
    "membership-as-promised",
    "one does not answer",
    seenLater((view) => (view.node === "n3" ? { ...view, answered: false, members: null, clusterId: null } : view)),
    "inconclusive",
    /from n3/,
  ],
  [
    "membership-as-promised",
    "the page is still being followed",
    cutAt(healthy, 17_100),
    "inconclusive",
    /before the recovery was decided/,
  ],
  [
    "revision-not-back",
    "the revision starts again",
    changed(
      changed(healthy, "operation", (one) =>
        one.sentAtMs > AT.runbookStarted && one.revision !== null && one.op !== "get"
          ? { ...one, revision: String(one.id) }
          : one,
      ),
      "fence",
      (one) => ({ ...one, revision: "999" }),
    ),
    "failed",
    /went back/,
  ],
  [
    "revision-not-back",
    "the fence is below what was acknowledged",
    changed(healthy, "fence", (one) => ({ ...one, revision: "5" })),
    "failed",
    /fence/,
  ],
  [
    "revision-not-back",
    "an absent key is deleted first of all, which changes nothing and so leaves the revision as it was",
    changed(healthy, "operation", (one) =>
      one.id === firstWriteAfterPage.id ? { ...one, op: "delete", valueHash: null, revision: highestBefore } : one,
    ),
    "passed",
    /follow/,
  ],
  [
    "revision-not-back",
    "a delete is told a revision from before",
    changed(healthy, "operation", (one) =>
      one.id === firstWriteAfterPage.id
        ? { ...one, op: "delete", valueHash: null, revision: String(BigInt(highestBefore) - 1n) }
        : one,
    ),
    "failed",
    /went back/,
  ],
  [
    "revision-not-back",
    "the revision goes back as declared",
    withPlan(
      changed(
        changed(healthy, "operation", (one) =>
          one.op === "get" || one.revision === null || one.sentAtMs < AT.runbookStarted
            ? one
            : { ...one, revision: String(BigInt(one.revision) - 9_007_199_254_740_000n) },
        ),
        "fence",
        (one) => ({ ...one, revision: String(BigInt(one.revision ?? 0) - 9_007_199_254_740_000n) }),
      ),
      { checks: [{ id: "revision-not-back", mayGoBack: true }] },
    ),
    "passed",
    /as the drill declares/,
  ],
  [
    "survives-rolling-restart",
    "a member does not come back",
    changed(
      seenLater((view) => (view.node === "n2" ? { ...view, answered: false } : view), AT.allRestarted),
      "restart",
      (one) => (one.event === "steady-again" ? { ...one, event: "not-steady", node: "n2" } : one),
    ),
    "failed",
    /n2 does not answer/,
  ],
  [
    "survives-rolling-restart",
    "a restart fails",
    changed(healthy, "restart", (one, index) => (index === 0 ? { ...one, event: "failed" } : one)),
    "failed",
    /n1: failed/,
  ],
  [
    "survives-rolling-restart",
    "one member was left out",
    without(healthy, "restart", (one) => one.node === "n2"),
    "inconclusive",
    /n2/,
  ],
  [
    "survives-rolling-restart",
    "a restart is claimed, and no process started",
    without(healthy, "process", (one) => one.actor === "harness" && one.node === "n3" && one.atMs > AT.rollingRestart),
    "inconclusive",
    /n3/,
  ],
  ["survives-rolling-restart", "the probes say otherwise", badProbe("n1", 27_000), "broken", /do not bear it out/],
  [
    "survives-rolling-restart",
    "the members are others",
    seenLater(
      (view) => ({
        ...view,
        memberId: `${view.memberId}9`,
        members: view.members?.map((one) => ({ ...one, memberId: `${one.memberId}9` })) ?? null,
        leaderId: "119",
      }),
      AT.rollingRestart,
    ),
    "failed",
    /was member 11 .* is member 119/,
  ],
  [
    "recovery-time-within-objective",
    "it took longer",
    withPlan(healthy, { objectives: { ...healthy.header.plan.objectives, recoveryTimeMs: 5000 } }),
    "failed",
    /between 7.79 s and 8.0/,
  ],
  [
    "recovery-time-within-objective",
    "the limit lies within the interval",
    withPlan(healthy, { objectives: { ...healthy.header.plan.objectives, recoveryTimeMs: 7900 } }),
    "inconclusive",
    /between/,
  ],
  [
    "recovery-time-within-objective",
    "it never converged, beyond the limit",
    withPlan(badProbe("n1", 21_300), { objectives: { ...healthy.header.plan.objectives, recoveryTimeMs: 5000 } }),
    "failed",
    /more than/,
  ],
  [
    "recovery-time-within-objective",
    "it never converged while it was watched",
    cutAt(healthy, 19_000),
    "inconclusive",
    /more than/,
  ],
  [
    "recovery-time-within-objective",
    "the time cannot be trusted",
    changed(healthy, "loop-lag", (one) => ({ ...one, maxLagMs: 5000 })),
    "inconclusive",
    /cannot be trusted/,
  ],
  [
    "nothing-left-behind",
    "a process is left",
    changed(healthy, "residue", (one) => ({ ...one, processes: ["101 etcd"] })),
    "broken",
    /101 etcd/,
  ],
  [
    "nothing-left-behind",
    "the cluster was kept",
    changed(healthy, "residue", (one) => ({ ...one, audited: false, processes: ["101 etcd"] })),
    "skipped",
    /kept on request/,
  ],
];

test("the healthy drill passes every check", () => {
  const result = judge(healthy);
  expect(result.findings.filter((one) => one.outcome !== "passed")).toEqual([]);
  expect(result.outcome).toBe("passed");
});

describe("a planted bug", () => {
  test.each(planted)("%s: %s", (id, _what, ledger, outcome, says) => {
    const finding = find(ledger, id);
    expect(finding.outcome).toBe(outcome);
    expect([finding.summary, ...finding.details].join("\n")).toMatch(says);
  });

  // That every check is caught out by a defect of its own is proven in fixtures/saboteurs/matrix.test.ts.
  test("every check has its words", () => {
    for (const [id, check] of Object.entries(CHECKS)) {
      expect(check.id).toBe(id);
      expect(check.title.length).toBeGreaterThan(5);
      expect(check.proves).toMatch(/^[A-Z].*\.$/);
    }
  });
});

test.each(ofTheDrill)("%s does not decide without data", (id) => {
  const empty: Ledger = { ...healthy, entries: [] };
  expect(find(empty, id).outcome).toBe("inconclusive");
  // Of the page's commands all is known before anything is started.
  const early = id === "commands-known" ? "passed" : "inconclusive";
  expect(find(cutAt(healthy, AT.workload), id).outcome).toBe(early);
});

test("members that answer differently are a finding, although every probe is good and steady state holds", () => {
  // A write that nobody was told of: to lack it is no loss, and to have it is no phantom. Only that they differ is wrong.
  const writes = entriesOf(healthy, "operation").filter((one) => one.op !== "get");
  const unanswered = writes.find(
    (one) =>
      one.op === "put" &&
      one.outcome === "unknown" &&
      one.transaction === null &&
      writes.every((other) => other === one || other.key !== one.key),
  ) as OperationEntry;
  const first = entriesOf(healthy, "read-back")[0]?.items[0] as HeldKey;
  const extra: HeldKey = { ...first, key: unanswered.key, valueHash: unanswered.valueHash ?? "", version: "1" };
  const differing = withItems(healthy, (items) => (items.includes(first) ? [...items, extra] : items), { node: "n2" });
  const result = judge(differing);
  expect(result.findings.filter((one) => one.outcome !== "passed").map((one) => [one.checkId, one.outcome])).toEqual([
    ["members-agree", "failed"],
  ]);
  expect(result.findings.find((one) => one.checkId === "members-agree")?.details).toHaveLength(2);
  expect([result.outcome, result.measurements.recoveryTimeMs]).toEqual([
    "failed",
    judge(healthy).measurements.recoveryTimeMs,
  ]);
});
