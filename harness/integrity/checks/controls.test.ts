/** The checks of the controls: each control as it must be, what gives it the wrong colour, and what leaves it undecided. */
import { describe, expect, test } from "vitest";
import {
  AT,
  changed,
  cutAt,
  entriesOf,
  healthyLedger,
  without,
  withoutItems,
  withPlan,
  withEntries,
} from "../../../fixtures/ledgers/build.ts";
import {
  healedLedger,
  noFaultLedger,
  noRecoveryLedger,
  recoveryOnlyLedger,
  restartOnlyLedger,
} from "../../../fixtures/ledgers/controls.ts";
import type { CheckId, CheckPlan, ControlPlan, DeclaredHarm, Ledger, StepEntry } from "../../ledger/index.ts";
import { judge, type Finding } from "../index.ts";

const WAITING = { waitMs: 8508, waitBecause: "it was seen" } as const;

function finding(ledger: Ledger, id: CheckId): Finding {
  const found = judge(ledger).findings.find((one) => one.checkId === id);
  if (found === undefined) throw new Error(`no finding of ${id}`);
  return found;
}

/** A drill that recovered, judged as if it had been this control. */
function recoveredUnder(control: ControlPlan, check: CheckPlan): Ledger {
  return withPlan(without(without(healthyLedger(), "runbook"), "step"), { control, checks: [check] });
}

function declaring(declared: DeclaredHarm, ledger: Ledger = recoveryOnlyLedger()): Ledger {
  const checks = ledger.header.plan.checks.map((plan) =>
    plan.id === "harm-as-declared" ? { ...plan, declared } : plan,
  );
  return withPlan(ledger, { checks });
}

const harmful = (...findings: readonly CheckId[]): DeclaredHarm => ({
  kind: "harmful",
  findings,
  because: "it says so",
  stopsAt: null,
});

/** After the page nothing is steady any more. */
const neverSteady = (ledger: Ledger): Ledger =>
  changed(ledger, "service-probe", (probe) =>
    probe.node === "n2" && probe.sentAtMs > AT.lastAct && probe.sentAtMs < AT.readBack
      ? { ...probe, ok: false, reason: "deadline" }
      : probe,
  );

/** A step of the page fails. */
const failingStep = (ledger: Ledger, how: Partial<StepEntry> = { exitCode: 1 }): Ledger =>
  changed(ledger, "step", (step) => (step.id === "look" ? { ...step, ...how } : step));

/** One probe is bad just before the wait is over. */
const badAtTheEnd = (ledger: Ledger): Ledger =>
  changed(ledger, "service-probe", (probe) =>
    probe.node === "n2" && probe.sentAtMs === AT.readBack - 100
      ? { ...probe, ok: false, reason: "deadline", atMs: AT.readBack - 20 }
      : probe,
  );

test.each([
  ["no-fault", noFaultLedger()],
  ["no-recovery", noRecoveryLedger()],
  ["restart-only", restartOnlyLedger()],
  ["recovery-only", recoveryOnlyLedger()],
] as const)("%s passes when it shows what it must", (control, ledger) => {
  const result = judge(ledger);
  expect(result.findings.filter((one) => one.outcome !== "passed")).toEqual([]);
  expect(result.control).toBe(control);
  expect(result.outcome).toBe("passed");
});

const planted: readonly (readonly [CheckId, string, Ledger, Finding["outcome"], RegExp])[] = [
  [
    "stayed-steady",
    "a member falters",
    changed(noFaultLedger(), "service-probe", (probe, index) =>
      probe.sentAtMs > 15_000 && index % 7 === 0 ? { ...probe, ok: false, reason: "deadline" } : probe,
    ),
    "failed",
    /did not stay steady/,
  ],
  [
    "stayed-steady",
    "it falters once and is well again",
    changed(noFaultLedger(), "service-probe", (probe) =>
      probe.node === "n2" && probe.sentAtMs === 12_000 ? { ...probe, ok: false, reason: "deadline" } : probe,
    ),
    "failed",
    /did not stay steady[^]*a write through n2 was not acknowledged: deadline/,
  ],
  [
    "stayed-steady",
    "one look in which a member does not tell its alarms",
    changed(noFaultLedger(), "cluster-probe", (look) =>
      look.sentAtMs === 15_000 ? { ...look, views: look.views.map((view) => ({ ...view, alarms: null })) } : look,
    ),
    "passed",
    /no probe was bad/,
  ],
  [
    "stayed-steady",
    "an alert is raised",
    withEntry(noFaultLedger(), { kind: "detection", atMs: 15_000, rule: "a rule" }),
    "failed",
    /alert/,
  ],
  [
    "stayed-steady",
    "nobody looked at the cluster",
    without(noFaultLedger(), "cluster-probe"),
    "inconclusive",
    /whole hold/,
  ],
  [
    "stayed-steady",
    "no phase is on record, and so not when the restarts began",
    without(noFaultLedger(), "phase"),
    "inconclusive",
    /when the watch ended/,
  ],
  [
    "did-not-converge",
    "it converges with nobody acting",
    recoveredUnder({ kind: "no-recovery", ...WAITING }, { id: "did-not-converge", selfHealing: null }),
    "failed",
    /cannot be credited/,
  ],
  [
    "did-not-converge",
    "it was not watched for long enough",
    withPlan(noRecoveryLedger(), { control: { kind: "no-recovery", waitMs: 60_000, waitBecause: "it was seen" } }),
    "inconclusive",
    /60/,
  ],
  [
    "did-not-converge",
    "nobody probed",
    without(without(noRecoveryLedger(), "service-probe"), "cluster-probe"),
    "inconclusive",
    /Nobody looked/,
  ],
  [
    "did-not-converge",
    "somebody followed the page",
    withPlan(healthyLedger(), {
      control: { kind: "no-recovery", ...WAITING },
      checks: [{ id: "did-not-converge", selfHealing: null }],
    }),
    "inconclusive",
    /began with the page/,
  ],
  [
    "did-not-converge",
    "it is declared to heal by itself, and does not",
    noRecoveryLedger("the process is restarted"),
    "failed",
    /did not heal/,
  ],
  [
    "did-not-converge",
    "it is declared to heal by itself, and does",
    recoveredUnder(
      { kind: "no-recovery", ...WAITING },
      { id: "did-not-converge", selfHealing: "the process is restarted" },
    ),
    "passed",
    /as declared/,
  ],
  [
    "restart-does-not-suffice",
    "nothing was started",
    without(restartOnlyLedger(), "process", (entry) => entry.actor === "control"),
    "inconclusive",
    /Not everything that had stopped was started/,
  ],
  [
    "restart-does-not-suffice",
    "nothing had stopped, so that there was nothing to start, and it stays down",
    nothingStopped(),
    "passed",
    /did not converge/,
  ],
  ["restart-does-not-suffice", "a restart suffices", asRestartOnly(healthyLedger()), "failed", /unproven/],
  [
    "restart-does-not-suffice",
    "it converges with loss",
    asRestartOnly(losing(healthyLedger())),
    "passed",
    /acknowledged writes lost/,
  ],
  [
    "restart-does-not-suffice",
    "a write from before it was seen down is gone, and nobody was told that it was written",
    asRestartOnly(goneUnanswered(healthyLedger())),
    "inconclusive",
    /1 of the writes that were never answered may have been lost/,
  ],
  [
    "restart-does-not-suffice",
    "what it lost is not known",
    asRestartOnly(without(healthyLedger(), "read-back-end")),
    "inconclusive",
    /not known/,
  ],
  [
    "harm-as-declared",
    "harm that nobody declared",
    neverSteady(recoveryOnlyLedger()),
    "failed",
    /not declared: converged/,
  ],
  [
    "harm-as-declared",
    "declared harm that does not occur",
    declaring(harmful("converged")),
    "failed",
    /did not occur: converged/,
  ],
  [
    "harm-as-declared",
    "declared harm to writes that does not show, where the answer of a write is not known",
    declaring(harmful("acknowledged-writes-kept")),
    "inconclusive",
    /not known whether declared harm occurred: acknowledged-writes-kept/,
  ],
  [
    "harm-as-declared",
    "declared harm to writes that does not occur",
    declaring(harmful("acknowledged-writes-kept"), allAnswered(recoveryOnlyLedger())),
    "failed",
    /did not occur: acknowledged-writes-kept/,
  ],
  [
    "harm-as-declared",
    "declared harm that occurs",
    declaring(harmful("converged"), neverSteady(recoveryOnlyLedger())),
    "passed",
    /as declared \(converged\)/,
  ],
  [
    "harm-as-declared",
    "the page sees that it is not needed, and stops",
    declaring({ kind: "harmless", stopsAt: "look" }, failingStep(recoveryOnlyLedger())),
    "passed",
    /stopped at its step look/,
  ],
  [
    "harm-as-declared",
    "the page stops where the scenario does not say that it does",
    failingStep(recoveryOnlyLedger()),
    "failed",
    /stopped at its step look, and the scenario says that it was followed to its end/,
  ],
  [
    "harm-as-declared",
    "a command of the page is not there",
    declaring({ kind: "harmless", stopsAt: "look" }, failingStep(recoveryOnlyLedger(), { exitCode: 127 })),
    "inconclusive",
    /did not come to a decision/,
  ],
  [
    "harm-as-declared",
    "a step of the page timed out",
    declaring(
      { kind: "harmless", stopsAt: "look" },
      failingStep(recoveryOnlyLedger(), { exitCode: null, status: "timed-out" }),
    ),
    "inconclusive",
    /did not come to a decision/,
  ],
  [
    "harm-as-declared",
    "no step is on record",
    without(recoveryOnlyLedger(), "step"),
    "inconclusive",
    /not on record that the page was followed/,
  ],
  [
    "harm-as-declared",
    "declared harm, and nobody knows what else",
    declaring(harmful("converged"), without(neverSteady(recoveryOnlyLedger()), "read-back-end")),
    "inconclusive",
    /not known what else/,
  ],
  [
    "harm-as-declared",
    "a loss that a disaster would excuse",
    withPlan(losing(recoveryOnlyLedger()), {
      objectives: { recoveryTimeMs: 60_000, lostWrites: 100, lostWritesReason: "the backup is of last night" },
    }),
    "failed",
    /not declared: .*acknowledged-writes-kept/,
  ],
  [
    "stayed-steady",
    "a real fault",
    changed(noFaultLedger(), "fault", (one) => ({ ...one, targets: ["n2"] })),
    "broken",
    /n2/,
  ],
  [
    "stayed-steady",
    "the workload is not served",
    changed(noFaultLedger(), "operation", (one) =>
      one.op === "get" && one.sentAtMs > 12_000 && one.sentAtMs < 14_000
        ? { ...one, outcome: "unknown", valueHash: null, revision: null, reason: "deadline" }
        : one,
    ),
    "failed",
    /not acknowledged/,
  ],
  [
    "stayed-steady",
    "a write has no answer that anybody saw",
    changed(noFaultLedger(), "operation", (one) =>
      one.op === "put" && one.transaction === null && one.sentAtMs > 12_000 && one.sentAtMs < 12_100
        ? { ...one, outcome: "unknown", revision: null, reason: "deadline" }
        : one,
    ),
    "inconclusive",
    /not acknowledged/,
  ],
  [
    "stayed-steady",
    "nobody looked for a while",
    without(
      without(noFaultLedger(), "service-probe", (one) => one.sentAtMs > 11_000 && one.sentAtMs < 14_000),
      "cluster-probe",
      (one) => one.sentAtMs > 11_000 && one.sentAtMs < 14_000,
    ),
    "inconclusive",
    /Nobody looked for/,
  ],
  [
    "did-not-converge",
    "it converged for longer than a hold, and one probe is bad at the very end",
    badAtTheEnd(healedLedger()),
    "failed",
    /cannot be credited/,
  ],
  [
    "did-not-converge",
    "nobody looked for longer than a hold",
    without(
      without(noRecoveryLedger(), "service-probe", (one) => one.sentAtMs > 12_000 && one.sentAtMs < 18_000),
      "cluster-probe",
      (one) => one.sentAtMs > 12_000 && one.sentAtMs < 18_000,
    ),
    "inconclusive",
    /Nobody looked for/,
  ],
  [
    "restart-does-not-suffice",
    "only one of two that had stopped was started",
    without(restartOnlyLedger(), "process", (one) => one.actor === "control" && one.node === "n3"),
    "inconclusive",
    /n3 was not started/,
  ],
  [
    "restart-does-not-suffice",
    "they were started just before the end of the wait",
    changed(restartOnlyLedger(), "process", (one) =>
      one.actor === "control" ? { ...one, atMs: AT.readBack - 100 } : one,
    ),
    "inconclusive",
    /awaited for/,
  ],
  [
    "restart-does-not-suffice",
    "it converges with no more loss than the page itself may have",
    withPlan(asRestartOnly(losing(healthyLedger())), {
      objectives: { recoveryTimeMs: 60_000, lostWrites: 100, lostWritesReason: "the backup is of last night" },
    }),
    "passed",
    /acknowledged writes lost/,
  ],
  [
    "harm-as-declared",
    "declared harm of which nothing is known",
    declaring(harmful("survives-rolling-restart"), without(recoveryOnlyLedger(), "restart")),
    "inconclusive",
    /not known/,
  ],
  [
    "harm-as-declared",
    "harmlessness of which not all is known",
    without(recoveryOnlyLedger(), "restart"),
    "inconclusive",
    /not known what else/,
  ],
];

function withEntry(ledger: Ledger, entry: Ledger["entries"][number]): Ledger {
  return { ...ledger, entries: [...ledger.entries, entry].toSorted((a, b) => a.atMs - b.atMs) };
}

/** Every member lacks a key. */
function losing(ledger: Ledger): Ledger {
  const shorter = changed(ledger, "read-back", (part, index) =>
    index % 2 === 0 ? { ...part, items: part.items.slice(1) } : part,
  );
  return changed(shorter, "read-back-end", (end) => ({ ...end, keys: end.keys - 1 }));
}

/** A put is gone that was sent before the injection, and nobody was told that it was written. */
function goneUnanswered(ledger: Ledger): Ledger {
  const writes = entriesOf(ledger, "operation").filter((one) => one.op !== "get");
  const put = writes.find(
    (one) =>
      one.op === "put" && one.transaction === null && writes.every((other) => other === one || other.key !== one.key),
  );
  const gone = withoutItems(ledger, (item) => item.key === put?.key);
  return changed(gone, "operation", (one) =>
    one === put ? { ...one, outcome: "unknown", revision: null, reason: "deadline" } : one,
  );
}

/** As if every write had been answered. */
function allAnswered(ledger: Ledger): Ledger {
  return changed(ledger, "operation", (one) =>
    one.outcome === "unknown" ? { ...one, outcome: "refused", reason: "connect-refused" } : one,
  );
}

/** The recovery, as if starting everything had brought it. */
function asRestartOnly(ledger: Ledger): Ledger {
  const started = changed(ledger, "process", (entry) =>
    entry.actor === "runbook" ? { ...entry, actor: "control" } : entry,
  );
  return withPlan(without(without(started, "runbook"), "step"), {
    control: { kind: "restart-only", ...WAITING },
    checks: [{ id: "restart-does-not-suffice" }],
  });
}

/** The fault stops no process, and the members hold other data: everything runs all the time, and is never steady. */
function nothingStopped(): Ledger {
  const running = without(
    restartOnlyLedger(),
    "process",
    (entry) => entry.actor === "control" || (entry.event !== "started" && entry.atMs < AT.readBack),
  );
  return withEntries(running, [{ kind: "phase", atMs: 12_000, phase: "runbook" }]);
}

test("what the control restart-only may start, no other run may", () => {
  const ledger = restartOnlyLedger();
  expect(finding(ledger, "only-the-runbook-acted").outcome).toBe("passed");
  expect(finding(withPlan(ledger, { control: { kind: "none" } }), "only-the-runbook-acted").outcome).toBe("broken");
});

describe("a planted bug", () => {
  test.each(planted)("%s: %s", (id, _what, ledger, outcome, says) => {
    const found = finding(ledger, id);
    expect(found.outcome).toBe(outcome);
    expect([found.summary, ...found.details].join("\n")).toMatch(says);
  });
});

test.each([
  ["stayed-steady", noFaultLedger()],
  ["did-not-converge", noRecoveryLedger()],
  ["restart-does-not-suffice", restartOnlyLedger()],
  ["harm-as-declared", recoveryOnlyLedger()],
] as const)("%s does not decide without data", (id, ledger) => {
  expect(finding({ ...ledger, entries: [] }, id).outcome).toBe("inconclusive");
  for (const atMs of [AT.workload, AT.injecting + 1, 15_000]) {
    expect(finding(cutAt(ledger, atMs), id).outcome).toBe("inconclusive");
  }
});
