/** A store without revisions: what is judged by values alone, what is not judged, and that nothing hides behind a declaration. */
import { describe, expect, test } from "vitest";
import { AT, changed, entriesOf, healthyLedger, NODES, without, withPlan } from "../../fixtures/ledgers/build.ts";
import { holding, lacking, withValue, type ChangeHeld } from "../../fixtures/ledgers/held.ts";
import { describePlanted, findingOf, wordsOf, type Planted } from "../../fixtures/ledgers/planted.ts";
import { LACKS, ledgerWithoutRevisions } from "../../fixtures/ledgers/without-revisions.ts";
import { SABOTEURS } from "../../fixtures/saboteurs/index.ts";
import type { Saboteur } from "../../fixtures/saboteurs/saboteur.ts";
import type { CheckId, HeldKey, Ledger, LedgerEntry, OperationEntry, StoreFeature } from "../ledger/index.ts";
import { evidenceOf } from "./evidence.ts";
import { judge } from "./index.ts";

const sound = ledgerWithoutRevisions();
const operations = entriesOf(sound, "operation");
const puts = operations.filter((one) => one.op === "put" && one.outcome === "acknowledged");
const isLast = (put: OperationEntry): boolean =>
  !operations.some((one) => one.key === put.key && one.op !== "get" && one.id > put.id);
const early = puts.find((one) => one.atMs < AT.injecting && isLast(one)) as OperationEntry;
const late = puts.find((one) => one.sentAtMs > AT.runbookEnded && isLast(one)) as OperationEntry;
const replaced = puts.find((one) => puts.some((other) => other.key === one.key && other.id > one.id)) as OperationEntry;

const plainly =
  (change: ChangeHeld): ChangeHeld =>
  (held) =>
    change(held).map((one) => ({ ...one, revision: null, version: null }));
const everywhere = (change: ChangeHeld): Ledger =>
  NODES.reduce(
    (ledger, node) => holding(holding(ledger, node, plainly(change)), node, plainly(change), "after-restart"),
    sound,
  );

const NOT_JUDGED: readonly CheckId[] = [
  "nothing-duplicated",
  "transactions-whole",
  "cluster-id-as-promised",
  "no-alarm",
  "quota-as-promised",
  "no-recovery-flag",
  "revision-not-back",
  "leases-sane",
  "watches-told",
];

describe("without anything planted", () => {
  const result = judge(sound);

  test("the drill passes, and what is lacking is not judged, with the reason", () => {
    expect(result.findings.filter(({ outcome }) => outcome !== "passed" && outcome !== "skipped")).toEqual([]);
    expect([result.outcome, result.notes]).toEqual(["passed", []]);
    const left = result.findings.filter(({ outcome }) => outcome === "skipped");
    expect(left.map(({ checkId }) => checkId).toSorted()).toEqual(NOT_JUDGED.toSorted());
    for (const { summary } of left) expect(summary).toMatch(/^Not judged, since the store lacks [a-z-]+: (it|its|no) /);
    expect(result.store).toEqual({ lacks: LACKS });
  });

  test("the account is the same as with revisions, but for what only they tell", () => {
    const etcd = withPlan(healthyLedger(), { recoveryPoint: sound.header.plan.recoveryPoint });
    const { duplicated: _one, ...withRevisions } = judge(etcd).measurements.writes;
    const { duplicated: _other, ...byValues } = result.measurements.writes;
    expect(byValues).toEqual(withRevisions);
  });
});

const planted: readonly Planted[] = [
  [
    "acknowledged-writes-kept",
    "a key is gone on one member",
    holding(sound, "n2", lacking(early.key)),
    "failed",
    /is missing on n2 after-convergence/,
  ],
  [
    "loss-within-objective",
    "a key is gone everywhere",
    everywhere(lacking(late.key)),
    "failed",
    /although everything had to be kept/,
  ],
  [
    "nothing-resurrected",
    "a replaced value is back",
    everywhere(withValue(replaced.key, replaced.valueHash ?? "")),
    "failed",
    /holds an old value/,
  ],
  [
    "nothing-resurrected",
    "a value of nobody is there",
    holding(sound, "n3", plainly(withValue(early.key, "ff".repeat(16)))),
    "failed",
    /nobody wrote/,
  ],
  [
    "nothing-resurrected",
    "one member holds two values of one key at once",
    holding(
      sound,
      "n2",
      plainly((held) => [{ key: early.key, valueHash: "ee".repeat(16), revision: null, version: null }, ...held]),
    ),
    "failed",
    /1 have several values at once[^]*n2 after-convergence holds several values at once/,
  ],
  [
    "members-agree",
    "one member holds another value",
    holding(sound, "n3", plainly(withValue(early.key, "ff".repeat(16)))),
    "failed",
    /the value [^ ]{8} on n1, the value ffffffff on n3/,
  ],
  [
    "restart-keeps-data",
    "a value is another one after the restart",
    holding(sound, "n3", plainly(withValue(early.key, "ff".repeat(16))), "after-restart"),
    "failed",
    /the value ffffffff after it/,
  ],
  [
    "read-back-complete",
    "one member does not hold the fence",
    changed(sound, "read-back-end", (one) => (one.node === "n2" ? { ...one, fenceValueHash: null } : one)),
    "inconclusive",
    /n2 after-convergence: it does not hold the fence/,
  ],
  [
    "read-back-complete",
    "one member holds the fence of another pass",
    changed(sound, "read-back-end", (one) => (one.node === "n2" ? { ...one, fenceValueHash: "ab" } : one)),
    "inconclusive",
    /does not hold the fence/,
  ],
  [
    "acknowledged-writes-kept",
    "one member does not hold the fence",
    changed(sound, "read-back-end", (one) => (one.node === "n2" ? { ...one, fenceValueHash: null } : one)),
    "inconclusive",
    /not known what is kept/,
  ],
  [
    "read-back-complete",
    "the fence was not acknowledged",
    changed(sound, "fence", (one) => ({ ...one, acknowledged: false, key: null, valueHash: null })),
    "inconclusive",
    /no fence to read behind/,
  ],
  [
    "read-back-complete",
    "one member was never read",
    without(
      without(sound, "read-back", ({ node }) => node === "n1"),
      "read-back-end",
      ({ node }) => node === "n1",
    ),
    "inconclusive",
    /n1 after-convergence: it was not read back/,
  ],
  ["linearizable", "a read finds what was replaced long before", reading(replaced), "failed", /have no order/],
  [
    "nothing-resurrected",
    "a read finds what was replaced long before",
    reading(replaced),
    "failed",
    /found an old value/,
  ],
  [
    "membership-as-promised",
    "a member is listed at an address of nobody",
    atAddressOfNobody(),
    "failed",
    /peer address of no node/,
  ],
  ["converged", "a member knows of no leader to the end", leaderless(), "failed", /knows of no leader/],
];
describePlanted(planted);

/** The last read before the fault found what this write had put, which was replaced long before. */
function reading({ key, valueHash }: OperationEntry): Ledger {
  const last = operations.findLast((one) => one.op === "get" && one.valueHash !== null && one.atMs < AT.injecting);
  return changed(sound, "operation", (one) => (one.id === last?.id ? { ...one, key, valueHash } : one));
}

function atAddressOfNobody(): Ledger {
  return changed(sound, "cluster-probe", (look) => ({
    ...look,
    views: look.views.map((view) => ({
      ...view,
      members:
        view.members?.map((one, index) =>
          index === 2 && look.atMs > AT.runbookEnded ? { ...one, peerUrls: ["https://127.0.0.9:1"] } : one,
        ) ?? null,
    })),
  }));
}

function leaderless(): Ledger {
  return changed(sound, "cluster-probe", (look) => ({
    ...look,
    views: look.views.map((view) =>
      view.node === "n3" && look.atMs > AT.runbookEnded ? { ...view, leaderId: null } : view,
    ),
  }));
}

describe("a page that promises to keep nothing", () => {
  const keepsNothing = withPlan(sound, {
    recoveryPoint: { kind: "nothing", description: "it begins anew" },
    objectives: { recoveryTimeMs: 30_000, lostWrites: 1_000_000, lostWritesReason: "planted" },
  });
  const onAll = (change: ChangeHeld): Ledger =>
    NODES.reduce(
      (ledger, node) => holding(holding(ledger, node, plainly(change)), node, plainly(change), "after-restart"),
      changed(keepsNothing, "recovery-point", (one) => ({ ...one, revision: "0" })),
    );
  const putBefore = new Set(puts.flatMap((one) => (one.atMs < AT.runbookStarted ? (one.valueHash ?? []) : [])));

  test("may lose all of before, and the loss is by design", () => {
    const { findings, measurements } = judge(
      changed(
        onAll((held) => held.filter(({ valueHash }) => !putBefore.has(valueHash))),
        "operation",
        (one) =>
          one.op === "get" && one.sentAtMs > AT.runbookEnded && putBefore.has(one.valueHash ?? "")
            ? { ...one, valueHash: null }
            : one,
      ),
    );
    expect(findings.find(({ checkId }) => checkId === "loss-within-objective")?.outcome).toBe("passed");
    expect(measurements.writes.lostToBeKept?.low).toBe(0);
    expect(measurements.writes.lostAfterRecoveryPoint?.low).toBeGreaterThan(50);
  });

  test("loses what comes last: a hole before something that is kept is no loss by design", () => {
    const finding = findingOf(onAll(lacking(early.key)), "acknowledged-writes-kept");
    expect(finding.outcome).toBe("failed");
    expect(wordsOf(finding)).toMatch(/not by design: n1 holds put \d+ which was sent after its answer/);
  });

  test("loses nothing that was written after it", () => {
    expect(findingOf(onAll(lacking(late.key)), "acknowledged-writes-kept").outcome).toBe("failed");
  });
});

describe("the point that is what the survivor itself held", () => {
  const heldAtEnd = entriesOf(sound, "read-back").flatMap((one) =>
    one.node === "n1" && one.pass === "after-convergence" ? one.items : [],
  );
  const writtenAt = new Map(puts.map((one) => [one.valueHash, one]));
  const ofBefore = heldAtEnd.filter(({ valueHash }) => (writtenAt.get(valueHash)?.atMs ?? Infinity) < AT.injecting);
  /** The last acknowledged puts before the fault, each of a key of its own. */
  const tail = ofBefore
    .toSorted((a, b) => (writtenAt.get(b.valueHash)?.sentAtMs ?? 0) - (writtenAt.get(a.valueHash)?.sentAtMs ?? 0))
    .slice(0, 3)
    .map(({ key }) => key);
  const survivorHeld = (items: readonly HeldKey[], keys = items.length): Ledger => {
    const plan = { kind: "survivor-commit", description: "what the survivor held" } as const;
    const at = entriesOf(sound, "recovery-point")[0]?.atMs ?? 0;
    const pointed = changed(sound, "recovery-point", (one) => ({ ...one, values: { node: "n1", keys } }));
    return withPlan(
      withEntriesBefore(pointed, "recovery-point", { kind: "recovery-point-held", atMs: at, node: "n1", items }),
      {
        recoveryPoint: plan,
        objectives: { recoveryTimeMs: 30_000, lostWrites: 5, lostWritesReason: "planted" },
      },
    );
  };
  const losing = (ledger: Ledger, keys: readonly string[]): Ledger =>
    NODES.reduce(
      (one, node) => {
        const change: ChangeHeld = plainly((held) => held.filter(({ key }) => !keys.includes(key)));
        return holding(holding(one, node, change), node, change, "after-restart");
      },
      withoutReadsOf(ledger, keys),
    );

  test("excuses what it did not hold", () => {
    const ledger = losing(survivorHeld(ofBefore.filter(({ key }) => !tail.includes(key))), tail);
    expect(findingOf(ledger, "acknowledged-writes-kept").outcome).toBe("passed");
    const loss = findingOf(ledger, "loss-within-objective");
    expect([loss.outcome, loss.summary]).toEqual(["passed", expect.stringContaining("3 acknowledged writes are lost")]);
  });

  test("excuses nothing that it held", () => {
    const loss = findingOf(losing(survivorHeld(ofBefore), tail), "acknowledged-writes-kept");
    expect([loss.outcome, loss.details.length > 0]).toEqual(["failed", true]);
  });

  test("excuses nothing when its keys are not all on record", () => {
    const ledger = losing(
      survivorHeld(
        ofBefore.filter(({ key }) => !tail.includes(key)),
        ofBefore.length,
      ),
      tail,
    );
    expect(findingOf(ledger, "acknowledged-writes-kept").outcome).toBe("failed");
  });

  test("excuses nothing of a key of which it held what nobody wrote", () => {
    const foreign = ofBefore.map((one) => (tail.includes(one.key) ? { ...one, valueHash: "ff".repeat(16) } : one));
    expect(findingOf(losing(survivorHeld(foreign), tail), "acknowledged-writes-kept").outcome).toBe("failed");
  });

  test("excuses no hole: what was sent later is kept", () => {
    const hole = [early.key];
    const ledger = losing(survivorHeld(ofBefore.filter(({ key }) => !hole.includes(key))), hole);
    expect(wordsOf(findingOf(ledger, "acknowledged-writes-kept"))).toMatch(/not by design: n1 holds put/);
  });
});

/** No read after the page finds any of these keys. */
function withoutReadsOf(ledger: Ledger, keys: readonly string[]): Ledger {
  return changed(ledger, "operation", (one) =>
    one.op === "get" && one.sentAtMs > AT.runbookStarted && keys.includes(one.key) ? { ...one, valueHash: null } : one,
  );
}

function withEntriesBefore(ledger: Ledger, kind: LedgerEntry["kind"], added: LedgerEntry): Ledger {
  return { ...ledger, entries: ledger.entries.flatMap((one) => (one.kind === kind ? [added, one] : [one])) };
}

describe("a declaration that the record contradicts excuses nothing", () => {
  const etcd = healthyLedger();
  const lying = (ledger: Ledger, ...features: readonly StoreFeature[]): Ledger =>
    withPlan(ledger, { store: { lacks: Object.fromEntries(features.map((one) => [one, "it is said"])) } });
  const shown: readonly StoreFeature[] = [
    "revisions",
    "deletes",
    "transactions",
    "watches",
    "leases",
    "member-names",
    "cluster-id",
    "alarms",
    "quota",
    "state-hash",
    "recovery-flags",
  ];

  test.each(shown)("%s", (feature) => {
    const { findings, notes, outcome } = judge(lying(etcd, feature));
    expect(outcome).toBe("broken");
    expect(notes.join("\n")).toMatch(`declared to lack ${feature}, and`);
    expect(findings.filter((one) => one.outcome === "skipped")).toEqual([]);
  });

  test.each(Object.entries(SABOTEURS) as [CheckId, Saboteur][])("%s still sees what breaks it", (check, saboteur) => {
    const ledger = saboteur.plant((saboteur.sound ?? healthyLedger)());
    expect(findingOf(lying(ledger, ...shown), check)).toEqual(findingOf(ledger, check));
  });
});

test("where a store has revisions a key without one is a defect of the harness", () => {
  const ledger = changed(healthyLedger(), "read-back", (part) => ({
    ...part,
    items: part.items.map((one) => ({ ...one, revision: null })),
  }));
  expect(findingOf(ledger, "read-back-complete").outcome).toBe("broken");
  expect(evidenceOf(ledger).account.complete).toBe(false);
});
