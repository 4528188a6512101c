/** The checks of what the page has left behind: what proves a violation, what does not, and when they may not decide. */
import { describe, expect, test } from "vitest";
import {
  AT,
  changed,
  cutAt,
  healthyLedger,
  NODES,
  without,
  withEntries,
  withPlan,
} from "../../../fixtures/ledgers/build.ts";
import { findingOf, wordsOf } from "../../../fixtures/ledgers/planted.ts";
import type { CheckId, Ledger, LogScanEntry, MemberView, ProcessEntry, RestartEntry } from "../../ledger/index.ts";
import { judge, type Finding } from "../index.ts";

const healthy = healthyLedger();

/** The looks sent within [fromMs, untilMs), with the views changed. */
const seen = (fromMs: number, untilMs: number, change: (view: MemberView) => MemberView, ledger = healthy): Ledger =>
  changed(ledger, "cluster-probe", (one) =>
    one.sentAtMs >= fromMs && one.sentAtMs < untilMs ? { ...one, views: one.views.map((view) => change(view)) } : one,
  );
const n2 =
  (change: Partial<MemberView>) =>
  (view: MemberView): MemberView =>
    view.node === "n2" ? { ...view, ...change } : view;
const learning = (view: MemberView): MemberView => ({
  ...view,
  members: view.members?.map((one, index) => ({ ...one, isLearner: index === 2 })) ?? null,
});

const unanswered = (node: string, fromMs: number, untilMs: number, ledger = healthy): Ledger =>
  changed(ledger, "service-probe", (one) =>
    one.node === node && one.sentAtMs >= fromMs && one.sentAtMs < untilMs
      ? { ...one, ok: false, reason: "deadline" }
      : one,
  );

const nobodyKnows = (fromMs: number, untilMs: number, ledger = healthy): Ledger =>
  changed(ledger, "service-probe", (one) =>
    one.sentAtMs >= fromMs && one.sentAtMs < untilMs ? { ...one, ok: null, reason: "harness-stood-still" } : one,
  );

const endingAt = (atMs: number): Ledger =>
  withEntries(healthy, [
    {
      kind: "process",
      atMs,
      event: "exited",
      node: "n3",
      process: "etcd",
      pid: 103,
      actor: null,
      command: null,
      variables: null,
      exitCode: 2,
      signal: null,
    },
  ]);

const starting = (change: (start: ProcessEntry) => ProcessEntry, ledger = healthy): Ledger =>
  changed(ledger, "process", (one) => (one.event === "started" ? change(one) : one));
const started =
  (node: string, fromMs: number, untilMs: number, ...flags: readonly string[]) =>
  (start: ProcessEntry): ProcessEntry =>
    start.node === node && start.atMs >= fromMs && start.atMs < untilMs
      ? { ...start, command: [...(start.command ?? []), ...flags] }
      : start;

const startedAs = (...command: readonly string[]): Ledger =>
  starting((start) => (start.node === "n1" && start.atMs >= 15_000 ? { ...start, command } : start));

/** Beside its own programs the drill had the server of another version on the nodes, which says `version` of itself. */
const withServerAtHand = (ledger: Ledger, name: string, version: string): Ledger => {
  const { header } = ledger;
  const programs = [...header.environment.programs, { name, version, source: "cache", sha256: "04".repeat(32) }];
  return { ...ledger, header: { ...header, environment: { ...header.environment, programs } } };
};

/** It never converged: one stream stands bad when the wait ends, and no member is restarted. */
const neverSteady = without(
  without(unanswered("n3", 17_900, Infinity), "restart"),
  "phase",
  (one) => one.phase === "rolling-restart",
);

const fatal = (notBeforeMs: number, atMs: number): Ledger =>
  withEntries(healthy, [{ kind: "log-line", atMs, notBeforeMs, node: "n2", process: "etcd", line: "panic: x" }]);
const scanned = (change: Partial<LogScanEntry>): Ledger =>
  changed(healthy, "log-scan", (one) => ({ ...one, ...change }));

type Case = readonly [id: CheckId, what: string, ledger: Ledger, outcome: Finding["outcome"], says: RegExp];

const cases: readonly Case[] = [
  [
    "no-alarm",
    "raised and disarmed before steady state returned for good",
    seen(19_000, 19_400, n2({ alarms: ["NOSPACE"] })),
    "passed",
    /No member told/,
  ],
  [
    "no-alarm",
    "raised after the restart",
    seen(26_900, Infinity, n2({ alarms: ["CORRUPT"] })),
    "failed",
    /after the restart: n2 tells of CORRUPT/,
  ],
  [
    "no-alarm",
    "raised while the page was followed, and disarmed by it",
    seen(12_000, 17_000, n2({ alarms: ["NOSPACE"] })),
    "passed",
    /No member told/,
  ],
  [
    "no-alarm",
    "an error that is no alarm",
    seen(21_900, 22_400, n2({ alarms: ["etcdserver: no leader"] })),
    "passed",
    /No member told/,
  ],
  [
    "no-alarm",
    "one member did not tell at last",
    seen(22_000, 22_400, n2({ alarms: null })),
    "inconclusive",
    /after convergence: n2 did not tell/,
  ],
  [
    "no-alarm",
    "nobody looked after the restart",
    without(healthy, "cluster-probe", (one) => one.sentAtMs >= AT.allRestarted),
    "inconclusive",
    /after the restart: nobody looked/,
  ],
  [
    "no-alarm",
    "it never converged, and the alarm stands",
    seen(21_000, 21_600, n2({ alarms: ["NOSPACE"] }), neverSteady),
    "failed",
    /NOSPACE/,
  ],
  ["no-alarm", "it never converged", neverSteady, "inconclusive", /after the restart: nobody looked/],
  ["no-learner", "during the hold", seen(19_000, Infinity, learning), "failed", /n1 lists n3 as a learner/],
  ["no-learner", "while the page was followed", seen(16_000, 17_500, learning), "passed", /No member listed/],
  [
    "no-learner",
    "one member told no list",
    seen(22_000, 22_400, n2({ members: null })),
    "inconclusive",
    /n2 did not tell/,
  ],
  [
    "quota-as-promised",
    "after the restart",
    seen(26_900, Infinity, n2({ quotaBytes: "5" })),
    "failed",
    /after the restart: n2 had 2147483648 bytes and has 5/,
  ],
  [
    "quota-as-promised",
    "not told",
    seen(AT.lastAct, Infinity, n2({ quotaBytes: null })),
    "inconclusive",
    /n2 did not tell/,
  ],
  [
    "quota-as-promised",
    "not told before the fault",
    seen(0, AT.injecting, n2({ quotaBytes: null })),
    "inconclusive",
    /n2 before the fault/,
  ],
  [
    "cluster-id-as-promised",
    "one member in another cluster",
    seen(AT.lastAct, Infinity, n2({ clusterId: "5" })),
    "failed",
    /n2 was in cluster .* is in 5; it should have been kept/,
  ],
  [
    "cluster-id-as-promised",
    "kept, where a new one was promised",
    withPlan(healthy, { checks: [{ id: "cluster-id-as-promised", clusterId: "changed" }] }),
    "failed",
    /should have been changed/,
  ],
  [
    "cluster-id-as-promised",
    "changed as promised",
    withPlan(
      seen(AT.injecting, Infinity, (view) => ({ ...view, clusterId: "5" })),
      { checks: [{ id: "cluster-id-as-promised", clusterId: "changed" }] },
    ),
    "passed",
    /has been changed/,
  ],
  [
    "cluster-id-as-promised",
    "not agreed upon before",
    seen(0, AT.injecting, n2({ clusterId: "5" })),
    "inconclusive",
    /before the fault is not known/,
  ],
  [
    "same-list-from-every-member",
    "one lacks a member",
    seen(21_900, 22_400, (view) =>
      view.node === "n2" ? { ...view, members: view.members?.slice(0, 2) ?? null } : view,
    ),
    "failed",
    /n1, n3: .*; n2: /,
  ],
  [
    "same-list-from-every-member",
    "the same in another order",
    seen(18_000, Infinity, (view) =>
      view.node === "n2" ? { ...view, members: view.members?.toReversed() ?? null } : view,
    ),
    "passed",
    /same ids/,
  ],
  [
    "every-member-writes",
    "none after the restart, for too short a time to tell",
    unanswered("n3", AT.steadyAfterRestart, Infinity),
    "inconclusive",
    /after the restart: n3: none of the last 4 writes in 300 ms/,
  ],
  [
    "every-member-writes",
    "the last one of many fails",
    unanswered("n3", 22_400, 22_500),
    "inconclusive",
    /after convergence: n3: none of the last 1 writes/,
  ],
  [
    "every-member-writes",
    "one write is acknowledged and none after it",
    unanswered("n3", 21_700, 22_500),
    "failed",
    /after convergence: n3: none of the last \d+ writes in \d+ ms/,
  ],
  [
    "every-member-writes",
    "the harness stood still, so that nobody knows of any write",
    nobodyKnows(AT.readBack, AT.rollingRestart),
    "inconclusive",
    /after convergence: n1: no probe was answered/,
  ],
  [
    "every-member-writes",
    "nobody knows of what may have been acknowledged between two short silences",
    nobodyKnows(21_800, 22_400, unanswered("n3", 21_600, 22_500)),
    "inconclusive",
    /after convergence: n3: none of the last 1 writes/,
  ],
  [
    "every-member-writes",
    "its process ends by itself after the last of them",
    endingAt(27_400),
    "failed",
    /after the restart: n3: etcd ended by itself with exit code 2/,
  ],
  [
    "every-member-writes",
    "its process ends by itself in the rolling restart",
    endingAt(23_000),
    "passed",
    /Each of 3 members/,
  ],
  [
    "every-member-writes",
    "nobody probed",
    without(healthy, "service-probe", (one) => one.node === "n3" && one.sentAtMs > AT.readBack),
    "inconclusive",
    /n3: no probe/,
  ],
  ["every-member-writes", "a member never came back", neverSteady, "failed", /after convergence: n3: none of/],
  [
    "no-recovery-flag",
    "in the manifest only",
    starting(started("n1", AT.rollingRestart, Infinity, "--force-new-cluster")),
    "failed",
    /n1: etcd was started with --force-new-cluster/,
  ],
  [
    "no-recovery-flag",
    "with one dash and a value, within a shell's command line",
    starting(started("n1", 15_000, Infinity, "exec etcd -force-new-cluster=true --name x")),
    "failed",
    /n1/,
  ],
  ...[
    ["sh", "-c", "exec etcd '--force-new-cluster' --name=n1"],
    ["sh", "-c", 'etcd --name=n1 "--force-new-cluster"; sleep 1'],
    ["etcd", "--name=n1", "--force-new-cluster=T"],
    ["etcd", "--force-new-cluster=false", "--force-new-cluster"],
  ].map((command): Case => ["no-recovery-flag", command.join(" "), startedAs(...command), "failed", /with --force/]),
  ...["0", "f", "F", "false", "False", "FALSE"].map((value): Case => [
    "no-recovery-flag",
    `switched off by ${value}`,
    startedAs("/usr/bin/etcd", "--name=n1", `--force-new-cluster=${value}`),
    "passed",
    /None of/,
  ]),
  ...(
    [
      [["env", "ETCD_FORCE_NEW_CLUSTER=true", "etcd", "--name=n1"], /ETCD_FORCE_NEW_CLUSTER/],
      [["sh", "-c", "ETCD_FORCE_NEW_CLUSTER=true exec etcd --name=n1"], /ETCD_FORCE_NEW_CLUSTER/],
      [["/bin/sh", "/etc/etcd/start.sh"], /by way of \/bin\/sh/],
      [["/etc/etcd/start.sh"], /by way of \/etc\/etcd\/start\.sh/],
      [["sh", "-c", "exec etcd --force-new-cluster=$FORCE"], /--force-new-cluster=\$FORCE/],
      [[], /by way of nothing/],
    ] as const
  ).map(([command, says]): Case => [
    "no-recovery-flag",
    command.join(" "),
    startedAs(...command),
    "inconclusive",
    says,
  ]),
  [
    "no-recovery-flag",
    "with the server of another version that lay beside it",
    withServerAtHand(startedAs("etcd-3.7.3", "--name=n1"), "etcd-3.7.3", "3.7.3"),
    "passed",
    /None of/,
  ],
  [
    "no-recovery-flag",
    "with the server of another version, and the flag",
    withServerAtHand(startedAs("etcd-3.7.3", "--name=n1", "--force-new-cluster"), "etcd-3.7.3", "3.7.3"),
    "failed",
    /with --force/,
  ],
  [
    "no-recovery-flag",
    "with a server that nobody brought",
    startedAs("etcd-3.7.3"),
    "inconclusive",
    /by way of etcd-3/,
  ],
  [
    "no-recovery-flag",
    "with a program that is called like no version of it",
    withServerAtHand(startedAs("etcd-wrapper"), "etcd-wrapper", "3.7.3"),
    "inconclusive",
    /by way of etcd-wrapper/,
  ],
  [
    "no-recovery-flag",
    "switched off",
    starting(started("n1", 15_000, Infinity, "--force-new-cluster=false")),
    "passed",
    /None of/,
  ],
  [
    "no-recovery-flag",
    "another flag of a like name",
    starting(started("n1", 15_000, Infinity, "--force-new-cluster-later")),
    "passed",
    /None of/,
  ],
  [
    "no-recovery-flag",
    "by a variable",
    starting((start) => ({ ...start, variables: ["ETCD_FORCE_NEW_CLUSTER"] })),
    "inconclusive",
    /variable ETCD_FORCE_NEW_CLUSTER/,
  ],
  [
    "no-recovery-flag",
    "by a file",
    starting(started("n1", 15_000, Infinity, "--config-file=/x")),
    "inconclusive",
    /from a file/,
  ],
  [
    "no-recovery-flag",
    "only while the page used it",
    starting(started("n1", 14_000, 15_000, "--force-new-cluster")),
    "passed",
    /None of/,
  ],
  ["no-recovery-flag", "no member was restarted", without(healthy, "restart"), "inconclusive", /was not restarted/],
  [
    "no-recovery-flag",
    "a node's start is not on record",
    without(healthy, "process", (one) => one.node === "n2"),
    "inconclusive",
    /n2/,
  ],
  ["no-fatal-log-line", "while the page was followed", fatal(16_000, 16_500), "passed", /No fatal line/],
  [
    "no-fatal-log-line",
    "perhaps before steady again",
    fatal(17_000, 19_000),
    "inconclusive",
    /not certainly in that time: n2: etcd: panic/,
  ],
  ["no-fatal-log-line", "perhaps when the drill was over", fatal(27_400, 27_600), "inconclusive", /not certainly/],
  ["no-fatal-log-line", "in the rolling restart", fatal(23_100, 23_400), "failed", /n2: etcd: panic/],
  [
    "no-fatal-log-line",
    "nobody looked at one log",
    without(healthy, "log-scan", (one) => one.node === "n3"),
    "inconclusive",
    /n3: its log was not looked through/,
  ],
  ["no-fatal-log-line", "a log could not be read", scanned({ reason: "EACCES" }), "inconclusive", /n1: EACCES/],
  ["no-fatal-log-line", "a log that is empty", scanned({ bytes: 0 }), "inconclusive", /is empty/],
  [
    "no-fatal-log-line",
    "the looking ended before the restart",
    scanned({ untilMs: 23_000 }),
    "inconclusive",
    /until the end/,
  ],
  [
    "no-fatal-log-line",
    "the looking ended before the last probes",
    scanned({ untilMs: AT.steadyAfterRestart }),
    "inconclusive",
    /until the end/,
  ],
  ["no-fatal-log-line", "the looking began late", scanned({ fromMs: 20_000 }), "inconclusive", /until the end/],
  ["no-fatal-log-line", "it never converged", neverSteady, "inconclusive", /did not return/],
];

test.each(cases)("%s: %s", (id, _what, ledger, outcome, says) => {
  const finding = findingOf(ledger, id);
  expect([finding.outcome, wordsOf(finding)]).toEqual([outcome, expect.stringMatching(says)]);
});

/** The healthy drill with a page that promises a higher quota, and what members tell after it. */
const raised = (...nodes: readonly string[]): Ledger => {
  const checks = healthy.header.plan.checks.map((one) =>
    one.id === "quota-as-promised" ? { ...one, quota: "raised" as const } : one,
  );
  const higher = (view: MemberView): MemberView =>
    nodes.includes(view.node) ? { ...view, quotaBytes: "10000000000000000000" } : view;
  return seen(AT.injecting, Infinity, higher, withPlan(healthy, { checks }));
};

test.each([
  [["n1", "n2", "n3"], "passed", /a higher quota than they had/],
  [["n1", "n2"], "failed", /n3 had 2147483648 bytes and has 2147483648/],
  [[], "failed", /was not raised/],
] as const)("a quota that the page raises must be higher on every member: %j", (nodes, outcome, says) => {
  const finding = findingOf(raised(...nodes), "quota-as-promised");
  expect(finding.outcome).toBe(outcome);
  expect(wordsOf(finding)).toMatch(says);
});

describe("a wait that was cut short decides nothing", () => {
  const ids: readonly CheckId[] = [
    "no-alarm",
    "no-learner",
    "quota-as-promised",
    "cluster-id-as-promised",
    "same-list-from-every-member",
    "every-member-writes",
  ];
  test.each(ids)("%s", (id) => {
    const spoilt = seen(AT.lastAct, Infinity, (view) =>
      learning({ ...view, alarms: ["CORRUPT"], quotaBytes: "1", clusterId: "5" }),
    );
    expect(findingOf(cutAt(spoilt, 21_000), id).outcome).toBe("inconclusive");
  });
});

test("what a cluster that was ill before the fault shows is not held against the page", () => {
  const ill = unanswered("n2", 10_000, 10_001, seen(22_000, 22_400, n2({ alarms: ["CORRUPT"] })));
  expect(findingOf(ill, "no-alarm").outcome).toBe("inconclusive");
  expect(judge(ill).outcome).toBe("broken");
});

test("knowing less of a look never accuses: each of its members unheard", () => {
  const silent: Partial<MemberView> = {
    answered: false,
    clusterId: null,
    memberId: null,
    alarms: null,
    members: null,
    quotaBytes: null,
  };
  for (const node of NODES) {
    const ledger = seen(18_000, Infinity, (view) => (view.node === node ? { ...view, ...silent } : view));
    for (const id of [
      "no-alarm",
      "no-learner",
      "quota-as-promised",
      "cluster-id-as-promised",
      "same-list-from-every-member",
    ] as const)
      expect(findingOf(ledger, id).outcome).toBe("inconclusive");
  }
});

test("a restart that did not end in steady state leaves what follows open", () => {
  const notSteady = changed(healthy, "restart", (one): RestartEntry =>
    one.event === "steady-again" ? { ...one, event: "not-steady", node: "n3" } : one,
  );
  expect(findingOf(notSteady, "every-member-writes").outcome).toBe("inconclusive");
});
