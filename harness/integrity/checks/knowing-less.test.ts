/**
 * Knowing less never accuses (law 6): an answer that nobody saw turns no pass into a fail, and what the harness did not see, saw too early to mean anything, or saw of a drill
 * whose ground did not hold, is no proof against the page. Beside each stands what still proves it.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AT,
  changed,
  entriesOf,
  healthyLedger,
  without,
  withEntries,
  withoutItems,
  withPlan,
} from "../../../fixtures/ledgers/build.ts";
import {
  noFaultLedger,
  noRecoveryLedger,
  recoveryOnlyLedger,
  restartOnlyLedger,
} from "../../../fixtures/ledgers/controls.ts";
import { goneBack } from "../../../fixtures/ledgers/gone-back.ts";
import { SABOTEURS } from "../../../fixtures/saboteurs/index.ts";
import { findingOf, wordsOf } from "../../../fixtures/ledgers/planted.ts";
import type { CheckId, Ledger, MemberView, OperationEntry, RestartEntry } from "../../ledger/index.ts";
import { judge, type DrillResult } from "../index.ts";

const healthy = healthyLedger();

/** Service probes through a node go unanswered from one instant to another, by send time. */
const deaf = (ledger: Ledger, node: string, fromMs: number, untilMs: number): Ledger =>
  changed(ledger, "service-probe", (one) =>
    one.node === node && one.sentAtMs >= fromMs && one.sentAtMs < untilMs
      ? { ...one, ok: false, reason: "reset" }
      : one,
  );

/** Nobody probes from one instant to another: a stall of the harness. */
const stalled = (ledger: Ledger, fromMs: number, untilMs: number): Ledger => {
  const during = (one: { readonly sentAtMs: number }): boolean => one.sentAtMs >= fromMs && one.sentAtMs < untilMs;
  return without(without(ledger, "service-probe", during), "cluster-probe", during);
};

/** Looks at the cluster from an instant on, with the views changed. */
const seenFrom = (ledger: Ledger, fromMs: number, change: (view: MemberView) => MemberView): Ledger =>
  changed(ledger, "cluster-probe", (one) =>
    one.sentAtMs < fromMs ? one : { ...one, views: one.views.map((view) => change(view)) },
  );

describe("survives-rolling-restart: the drill's own wait says not-steady", () => {
  const notSteady = (ledger: Ledger, detail = "good, but not for long enough yet"): Ledger =>
    changed(ledger, "restart", (one): RestartEntry =>
      one.event === "steady-again" ? { ...one, event: "not-steady", node: "n3", detail } : one,
    );

  test.each<readonly [string, Ledger, RegExp]>([
    ["all probes are good", notSteady(healthy), /good, but not for long enough yet/],
    [
      "the wait ended while the hold was young",
      notSteady(deaf(healthy, "n2", AT.allRestarted, 26_500)),
      /n3: not-steady good, but not for long enough yet/,
    ],
    ["nobody probed", notSteady(stalled(healthy, AT.allRestarted, AT.teardown)), /no probe/],
    [
      "one bad probe, then nobody looked until the wait was over",
      notSteady(stalled(deaf(healthy, "n2", 24_200, 24_300), 24_300, AT.teardown)),
      /not-steady/,
    ],
    [
      "no member was restarted",
      without(notSteady(healthy), "restart", (one) => one.event === "restarted"),
      /not on record|not known/,
    ],
  ])("%s: inconclusive", (_what, ledger, says) => {
    const finding = findingOf(ledger, "survives-rolling-restart");
    expect(finding.outcome).toBe("inconclusive");
    expect(wordsOf(finding)).toMatch(says);
  });

  test.each<readonly [string, Ledger, RegExp]>([
    [
      "a member refuses writes to the end",
      notSteady(deaf(healthy, "n2", AT.allRestarted, AT.teardown), "the wait's own words"),
      /through n2 was not acknowledged[^]*the wait's own words|the wait's own words[^]*through n2 was not acknowledged/,
    ],
    [
      "--force-new-cluster was left in place, so the first member is a cluster of its own",
      notSteady(
        seenFrom(healthy, 22_900, (view) =>
          view.node === "n1" ? { ...view, members: view.members?.slice(0, 1) ?? null } : view,
        ),
      ),
      /n1 lists 1 members, not 3/,
    ],
    [
      "the members are others, though good",
      notSteady(
        seenFrom(healthy, AT.rollingRestart, (view) => ({
          ...view,
          memberId: `${view.memberId}9`,
          members: view.members?.map((one) => ({ ...one, memberId: `${one.memberId}9` })) ?? null,
          leaderId: "119",
        })),
      ),
      /was member 11 .* is member 119/,
    ],
  ])("%s: failed", (_what, ledger, says) => {
    const finding = findingOf(ledger, "survives-rolling-restart");
    expect(finding.outcome).toBe("failed");
    expect(wordsOf(finding)).toMatch(says);
  });
});

describe("converged", () => {
  test.each<readonly [string, Ledger]>([
    ["one early bad probe, then a stall", stalled(deaf(healthy, "n3", 17_900, 18_000), 18_600, 21_400)],
    ["one early bad probe, then nobody looks any more", stalled(deaf(healthy, "n3", 17_900, 18_000), 18_000, 21_700)],
    [
      "an early bad probe, and hashes that cannot be compared",
      seenFrom(deaf(healthy, "n3", 17_900, 18_000), AT.lastAct, (view) => ({ ...view, stateHash: null })),
    ],
  ])("%s: inconclusive, with the reason", (_what, ledger) => {
    const finding = findingOf(ledger, "converged");
    expect(finding.outcome).toBe("inconclusive");
    expect(finding.details.length).toBeGreaterThan(0);
  });

  test.each<readonly [string, Ledger, RegExp]>([
    [
      "the page left a member out",
      seenFrom(healthy, AT.lastAct, (view) => ({ ...view, members: view.members?.slice(0, 2) ?? null })),
      /lists 2 members, not 3/,
    ],
    ["a relapse when the hold should have been under way", deaf(healthy, "n2", 20_000, 20_100), /through n2/],
    [
      "one stream is silent, another stands bad",
      without(
        deaf(healthy, "n2", 18_000, 22_000),
        "service-probe",
        (one) => one.node === "n3" && one.sentAtMs > AT.lastAct,
      ),
      /through n2/,
    ],
  ])("%s: failed", (_what, ledger, says) => {
    const finding = findingOf(ledger, "converged");
    expect(finding.outcome).toBe("failed");
    expect(wordsOf(finding)).toMatch(says);
  });
});

describe("roles-bound: a role that nobody was bound to", () => {
  const unbound = changed(healthy, "role", (one, index) =>
    index === 0 ? { ...one, node: null, because: "nobody answers" } : one,
  );
  const diagnosed = (change: (view: MemberView) => MemberView): Ledger =>
    changed(unbound, "diagnosis", (one) => ({ ...one, views: one.views.map((view) => change(view)) }));

  test("certain views: failed", () => {
    expect(findingOf(unbound, "roles-bound")).toMatchObject({ outcome: "failed" });
  });

  test.each<readonly [string, Ledger, RegExp]>([
    [
      "a member did not answer in time",
      diagnosed((view) => (view.node === "n2" ? { ...view, answered: false, reason: "deadline" } : view)),
      /n2 .*deadline/,
    ],
    [
      "a member told its status and no member list",
      diagnosed((view) => (view.node === "n1" ? { ...view, members: null } : view)),
      /n1 .*in part/,
    ],
    [
      "a member told its member list and no status",
      diagnosed((view) =>
        view.node === "n1" ? { ...view, memberId: null, clusterId: null, revision: null, alarms: null } : view,
      ),
      /n1 .*in part/,
    ],
    [
      "a member was not asked",
      changed(unbound, "diagnosis", (one) => ({ ...one, views: one.views.slice(1) })),
      /n1 .*not asked/,
    ],
    ["nobody was asked", without(unbound, "diagnosis"), /no diagnosis/],
  ])("%s: inconclusive", (_what, ledger, says) => {
    const finding = findingOf(ledger, "roles-bound");
    expect(finding.outcome).toBe("inconclusive");
    expect(wordsOf(finding)).toMatch(/survivor: nobody answers/);
    expect(wordsOf(finding)).toMatch(says);
  });
});

describe("a drill whose ground did not hold accuses no page", () => {
  const ill = (ledger: Ledger): Ledger => deaf(ledger, "n2", 10_000, 10_001);
  const unreal = (ledger: Ledger): Ledger =>
    changed(ledger, "witness", (one) => (one.when === "after" ? { ...one, seen: false } : one));
  const stepFails = changed(healthy, "step", (one, index) => (index === 4 ? { ...one, exitCode: 1 } : one));
  const late = withPlan(healthy, { objectives: { ...healthy.header.plan.objectives, recoveryTimeMs: 5000 } });
  const lossy = without(healthy, "recovery-point");
  const key = entriesOf(healthy, "read-back")[0]?.items[0]?.key ?? "";
  const lost = changed(
    changed(lossy, "read-back", (one) => ({ ...one, items: one.items.filter((item) => item.key !== key) })),
    "read-back-end",
    (one) => ({ ...one, keys: one.keys - 1 }),
  );

  test.each<readonly [string, (ledger: Ledger) => Ledger, RegExp]>([
    ["ill before the fault", ill, /not steady when the fault was injected/],
    ["a fault that the witness contradicts", unreal, /contradicts/],
  ])("%s: broken, the accusations kept as words", (_what, spoil, note) => {
    const accused: readonly (readonly [Ledger, CheckId, RegExp])[] = [
      [stepFails, "every-step-ran", /1 of 7 steps did not run/],
      [late, "recovery-time-within-objective", /The recovery took between/],
      [deaf(healthy, "n3", 21_000, 22_000), "converged", /did not hold/],
    ];
    for (const [ledger, id, says] of accused) {
      expect(judge(ledger).outcome).toBe("failed");
      const result = judge(spoil(ledger));
      expect(result.outcome).toBe("broken");
      const finding = result.findings.find((one) => one.checkId === id);
      expect(finding?.outcome).toBe("inconclusive");
      expect(finding?.summary).toMatch(says);
      expect(finding?.details[0]).toMatch(/no proof against the page/);
      expect(result.notes.join("\n")).toMatch(note);
      expect(result.objectives.filter((one) => one.met === false)).toEqual([]);
    }
  });

  test.each([
    ["ill", ill],
    ["unreal", unreal],
  ])("%s: lost data stays lost", (_what, spoil) => {
    const result = judge(spoil(lost));
    expect(result.outcome).toBe("failed");
    expect(result.findings.find((one) => one.checkId === "acknowledged-writes-kept")?.outcome).toBe("failed");
  });

  test("a fault that nobody could see spoils no accusation: a missing witness is no contradiction", () => {
    const unseen = changed(stepFails, "witness", (one) => ({ ...one, seen: null }));
    expect(findingOf(unseen, "every-step-ran").outcome).toBe("failed");
  });

  test("no note where nothing was accused", () => {
    expect(judge(ill(healthy)).notes).toEqual([]);
    expect(judge(healthy).notes).toEqual([]);
  });
});

describe("nothing-left-behind: what cannot be seen does not pass", () => {
  const on = (environment: Partial<Ledger["header"]["environment"]>, ledger = healthy): Ledger => ({
    ...ledger,
    header: { ...ledger.header, environment: { ...ledger.header.environment, ...environment } },
  });

  test("a platform without /proc: inconclusive, unless something was found all the same", () => {
    const finding = findingOf(on({ os: "Darwin", isolation: "loopback" }), "nothing-left-behind");
    expect(finding).toMatchObject({ outcome: "inconclusive", summary: expect.stringMatching(/Darwin.*\/proc/) });
    const left = changed(healthy, "residue", (one) => ({ ...one, folders: ["/tmp/x"] }));
    expect(findingOf(on({ os: "Darwin" }, left), "nothing-left-behind").outcome).toBe("broken");
  });

  test("a Linux goes by its distribution's name", () => {
    const finding = findingOf(
      on({ os: "Debian GNU/Linux 12 (bookworm)", isolation: "loopback" }),
      "nothing-left-behind",
    );
    expect(finding.outcome).toBe("passed");
  });

  test("in namespaces no address was looked for, and none is claimed", () => {
    const apart = findingOf(on({ isolation: "namespaces" }), "nothing-left-behind");
    expect(apart.outcome).toBe("passed");
    expect(apart.summary).toMatch(/a namespace ends with its last process/);
    expect(apart.summary).not.toMatch(/folder or address/);
    expect(findingOf(on({ isolation: "loopback" }), "nothing-left-behind").summary).toMatch(/folder or address/);
  });
});

test("an early bad probe after the last act is no lasting harm to a drill that then held", () => {
  const blip = withEntries(healthy, [
    { kind: "service-probe", atMs: 17_860, node: "n3", sentAtMs: 17_850, ok: false, reason: "reset" },
  ]);
  expect(judge(blip).outcome).toBe("passed");
});

test("a page's step that failed while the harness was in trouble is not held against the page", () => {
  const failing = changed(healthyLedger(), "step", (one, index) => (index === 4 ? { ...one, exitCode: 1 } : one));
  expect(judge(failing).outcome).toBe("failed");
  const trouble = {
    kind: "trouble",
    atMs: AT.injecting + 1,
    outcome: "broken",
    phase: "nodectl",
    message: "late",
  } as const;
  const result = judge(withEntries(failing, [trouble]));
  expect(result.outcome).toBe("broken");
  expect(result.findings.find(({ checkId }) => checkId === "every-step-ran")?.outcome).toBe("inconclusive");
});

describe("an acknowledged write that becomes one of unknown outcome turns no pass into a fail", () => {
  const writes = entriesOf(healthy, "operation").filter((one) => one.op !== "get");
  const lastOfKey = new Map(writes.map((one) => [one.key, one.id]));
  const alone = writes.filter(
    (one) =>
      one.op === "put" &&
      one.outcome === "acknowledged" &&
      one.transaction === null &&
      writes.every((other) => other === one || other.key !== one.key),
  );
  const tail = alone.filter((one) => one.atMs < AT.injecting).slice(-3);
  const losing = (ledger: Ledger): Ledger => withoutItems(ledger, (item) => tail.some((one) => one.key === item.key));
  const point = String(BigInt(tail[0]?.revision ?? "0") - 1n);
  const back = goneBack(healthy, point);
  const lostWrites = judge(back).measurements.writes.lost?.low ?? 0;
  const byDesign = withPlan(back, {
    objectives: { ...healthy.header.plan.objectives, lostWrites, lostWritesReason: "a test" },
  });
  const goingBack = withPlan(healthy, {
    checks: healthy.header.plan.checks.map((one) =>
      one.id === "revision-not-back" ? { ...one, mayGoBack: true } : one,
    ),
  });
  const restarted = changed(healthy, "process", (one) =>
    one.actor === "runbook" ? { ...one, actor: "control" } : one,
  );
  const restartOnly: Ledger = {
    ...without(without(losing(restarted), "runbook"), "step"),
    header: restartOnlyLedger().header,
  };
  /** The page on a healthy cluster, and it does the harm that is declared: it loses writes. */
  const harmful = losing(
    withPlan(recoveryOnlyLedger(), {
      checks: recoveryOnlyLedger().header.plan.checks.map((one) =>
        one.id === "harm-as-declared"
          ? {
              ...one,
              declared: { kind: "harmful", findings: ["acknowledged-writes-kept"], because: "a test", stopsAt: null },
            }
          : one,
      ),
    }),
  );

  const passing: readonly (readonly [string, Ledger])[] = [
    ["the healthy drill", healthy],
    ["a drill that loses its tail by design", byDesign],
    ["a drill that may start revisions again", goingBack],
    ["no-fault", noFaultLedger()],
    ["no-recovery", noRecoveryLedger()],
    ["restart-only, with loss", restartOnly],
    ["recovery-only, harmless", recoveryOnlyLedger()],
    ["recovery-only, with the declared loss", harmful],
  ];
  /** Some that do not pass: what passes in them must not fail either. */
  const failing = (
    [
      "acknowledged-writes-kept",
      "nothing-resurrected",
      "nothing-duplicated",
      "transactions-whole",
      "linearizable",
      "members-agree",
      "revision-not-back",
    ] as const
  ).map((id): readonly [string, Ledger] => [`the saboteur of ${id}`, SABOTEURS[id].plant(healthy)]);

  /** As if nobody had answered these requests: a transaction is answered as a whole. */
  const unanswered = (ledger: Ledger, requests: ReadonlySet<number>): Ledger =>
    changed(ledger, "operation", (one) =>
      one.op !== "get" && one.outcome === "acknowledged" && requests.has(one.transaction ?? one.id)
        ? { ...one, outcome: "unknown", revision: null, reason: "deadline" }
        : one,
    );
  const requestsOf = (ledger: Ledger, which: (one: OperationEntry) => boolean): readonly number[] => [
    ...new Set(
      entriesOf(ledger, "operation").flatMap((one) =>
        one.op !== "get" && one.outcome === "acknowledged" && which(one) ? [one.transaction ?? one.id] : [],
      ),
    ),
  ];
  const accuses = (before: DrillResult, after: DrillResult): readonly string[] => [
    ...(before.outcome === "passed" && after.outcome === "failed" ? ["the verdict"] : []),
    ...after.findings
      .filter((one, index) => one.outcome === "failed" && before.findings[index]?.outcome === "passed")
      .map((one) => `${one.checkId}: ${one.summary}`),
    ...after.objectives
      .filter((one, index) => one.met === false && before.objectives[index]?.met !== false)
      .map((one) => `objective ${one.id}`),
  ];

  test.each(passing)("%s passes as it is", (_what, ledger) => {
    expect(judge(ledger).findings.filter((one) => one.outcome !== "passed")).toEqual([]);
    expect(judge(ledger).outcome).toBe("passed");
  });

  test.each([...passing, ...failing])("%s", (_what, ledger) => {
    const before = judge(ledger);
    // The last writes of their keys: the workload uses no key again after a write that was not answered.
    const last = requestsOf(ledger, (one) => lastOfKey.get(one.key) === one.id);
    const whole = requestsOf(ledger, (one) => one.transaction !== null);
    const gone = requestsOf(ledger, (one) => tail.some((lost) => lost.id === one.id));
    const several = (from: readonly number[], maxLength: number): fc.Arbitrary<readonly number[]> =>
      from.length === 0 ? fc.constant([]) : fc.subarray([...from], { maxLength });
    const forgotten = fc.oneof(
      fc.tuple(several(last, 10), fc.constantFrom(gone, [])).map((some) => some.flat()),
      several(whole, 3),
      several(
        requestsOf(ledger, () => true),
        5,
      ),
      fc.constant(gone),
      fc.constant(last),
    );
    fc.assert(
      fc.property(forgotten, (requests) => {
        expect(accuses(before, judge(unanswered(ledger, new Set(requests))))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
