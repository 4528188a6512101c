/** What a verdict stands on: it was steady before, the fault was proven, nobody but the page acted, and nothing was left. */
import {
  AT,
  changed,
  cutAt,
  entriesOf,
  healthyLedger,
  without,
  withEntries,
  withPlan,
} from "../../../fixtures/ledgers/build.ts";
import { describePlanted, type Planted } from "../../../fixtures/ledgers/planted.ts";
import { badProbe } from "../../../fixtures/ledgers/probed.ts";
import type { Actor, FaultEntry, LedgerEntry } from "../../ledger/index.ts";

const healthy = healthyLedger();

const started = (atMs: number, actor: Actor | null = "harness"): LedgerEntry => ({
  kind: "process",
  atMs,
  event: "started",
  node: "n1",
  process: "etcd",
  pid: 1,
  actor,
  command: [],
  variables: [],
  exitCode: null,
  signal: null,
});

const planted: readonly Planted[] = [
  ["steady-before-fault", "a member is ill at the injection", badProbe(healthy, "n2", 10_000), "broken", /not steady/],
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
  ["steady-before-fault", "it has only just become steady", badProbe(healthy, "n2", 9000), "passed", /steady/],
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
  [
    "only-the-runbook-acted",
    "an engine restarts members by itself, whenever",
    withEntries(healthy, [started(11_000, null), started(13_000, null), started(AT.readBack - 1, null)]),
    "passed",
    /The page started or stopped processes 6 time\(s\).*the harness never, and an engine restarted one by itself 3 time\(s\)/,
  ],
  [
    "only-the-runbook-acted",
    "a member is started as the page would, before the page began",
    withEntries(healthy, [started(AT.runbookStarted - 1, "runbook")]),
    "inconclusive",
    /n1: etcd started at 12099 ms/,
  ],
  [
    "only-the-runbook-acted",
    "a member is started as the page would, long after the page's end",
    withEntries(
      changed(healthy, "runbook", (one) => (one.event === "ended" ? { ...one, atMs: 13_000 } : one)),
      [started(18_001, "runbook")],
    ),
    "inconclusive",
    /n1: etcd started at 18001 ms/,
  ],
  [
    "only-the-runbook-acted",
    "what the page's last step started is told of a moment after the page's end",
    withEntries(healthy, [started(AT.runbookEnded + 1000, "runbook")]),
    "passed",
    /7 time\(s\)/,
  ],
  [
    "only-the-runbook-acted",
    "a member is started as the page would, and no page was followed",
    without(healthy, "runbook", () => true),
    "inconclusive",
    /whom the record does not name/,
  ],
  ["only-the-runbook-acted", "the record ends before", cutAt(healthy, 20_000), "inconclusive", /ends before/],
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

describePlanted(planted);
