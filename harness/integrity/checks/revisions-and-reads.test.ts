/** Planted ledgers: revisions that nobody was told, reads that no write explains, wrong names and URLs, an early alert. */
import { describe, expect, test } from "vitest";
import { AT, changed, entriesOf, healthyLedger, withEntries, withPlan } from "../../../fixtures/ledgers/build.ts";
import { goneBack } from "../../../fixtures/ledgers/gone-back.ts";
import { findingOf, wordsOf } from "../../../fixtures/ledgers/planted.ts";
import type { CheckId, Ledger, ListedMember, OperationEntry } from "../../ledger/index.ts";
import { judge, type Finding } from "../index.ts";

const healthy = healthyLedger();

const plus = (revision: string, by: bigint): string => String(BigInt(revision) + by);

const operations = entriesOf(healthy, "operation");
const writes = operations.filter((one) => one.op !== "get");
const writesOf = (key: string): readonly OperationEntry[] => writes.filter((one) => one.key === key);
/** Puts that are no part of a transaction, so that one can be changed without the others. */
const acknowledgedPut = (one: OperationEntry): boolean =>
  one.op === "put" && one.outcome === "acknowledged" && one.transaction === null;
/** Puts that are not written again: what members hold of their keys is theirs. */
const finalPuts = writes.filter((one) => acknowledgedPut(one) && writesOf(one.key).at(-1) === one);
const early = finalPuts.find((one) => one.atMs < AT.injecting) as OperationEntry;
const late = finalPuts.find((one) => one.sentAtMs > AT.runbookEnded) as OperationEntry;
const applied = writes.find((one) => one.outcome === "unknown" && one.op === "put") as OperationEntry;

/** The items of all read-backs of one key at another revision, on one node in one pass or on all in both. */
const heldAt = (key: string, by: bigint, node?: string): Ledger =>
  changed(healthy, "read-back", (part) =>
    node !== undefined && part.node !== node
      ? part
      : {
          ...part,
          items: part.items.map((item) =>
            item.key === key ? { ...item, revision: plus(item.revision ?? "", by) } : item,
          ),
        },
  );
const mayGoBack = (ledger: Ledger): Ledger =>
  withPlan(ledger, {
    checks: ledger.header.plan.checks.map((one) =>
      one.id === "revision-not-back" ? { ...one, mayGoBack: true } : one,
    ),
  });

describe("a value at a revision that nobody was told", () => {
  test("fails on every member: a log entry was applied twice", () => {
    const finding = findingOf(heldAt(early.key, 100_000n), "nothing-duplicated");
    expect(finding.outcome).toBe("failed");
    expect(finding.summary).toMatch(/Writes of 1 key were applied again/);
    expect(wordsOf(finding)).toContain(
      `${early.key}: n2 after-restart holds at revision ${plus(early.revision ?? "", 100_000n)} what was acknowledged at revision ${early.revision}`,
    );
  });

  test("fails on one member", () => {
    expect(findingOf(heldAt(early.key, -1n, "n3"), "nothing-duplicated").details).toHaveLength(2);
  });

  test("is nothing new for a write of unknown outcome", () => {
    expect(findingOf(heldAt(applied.key, 5n), "nothing-duplicated").outcome).toBe("passed");
  });

  test("is declared where revisions start again, for what was written before the page began only", () => {
    expect(findingOf(mayGoBack(heldAt(early.key, 100_000n)), "nothing-duplicated").outcome).toBe("passed");
    expect(findingOf(mayGoBack(heldAt(late.key, 100_000n)), "nothing-duplicated").outcome).toBe("failed");
  });

  test("knowing less accuses less: with the write's outcome unknown it passes", () => {
    const unknown = changed(heldAt(early.key, 100_000n), "operation", (one) =>
      one.id === early.id ? { ...one, outcome: "unknown", revision: null, reason: "deadline" } : one,
    );
    expect(findingOf(unknown, "nothing-duplicated").outcome).toBe("passed");
  });
});

/** A read like those of the workload. */
const readOf = (
  key: string,
  sentAtMs: number,
  found: { readonly valueHash: string | null; readonly revision: string | null },
): OperationEntry => ({
  ...(operations.find((one) => one.op === "get" && one.outcome === "acknowledged") as OperationEntry),
  id: operations.length,
  key,
  scheduledAtMs: sentAtMs,
  sentAtMs,
  atMs: sentAtMs + 2,
  valueHash: found.valueHash,
  revision: found.revision,
});
const reading = (read: OperationEntry, ledger = healthy): Ledger =>
  changed(withEntries(ledger, [read]), "workload-stopped", (one) => ({ ...one, sent: one.sent + 1 }));
const absent = { valueHash: null, revision: null };

const overwriting = writes.find(
  (one) =>
    acknowledgedPut(one) &&
    one.atMs < AT.injecting &&
    writesOf(one.key).some((before) => before.id < one.id && acknowledgedPut(before)),
) as OperationEntry;
const overwritten = writesOf(overwriting.key).findLast((one) => one.id < overwriting.id) as OperationEntry;
const deleting = writes.find((one) => one.op === "delete" && one.outcome === "acknowledged") as OperationEntry;
const deleted = writesOf(deleting.key).findLast((one) => one.id < deleting.id) as OperationEntry;
/** A recovery that goes back to just before a write: whoever misses it then misses it by design. */
const losing = (write: OperationEntry): Ledger => goneBack(healthy, plus(write.revision ?? "", -1n));

describe("a linearizable read", () => {
  const cases: readonly (readonly [
    what: string,
    read: OperationEntry,
    id: CheckId,
    outcome: Finding["outcome"],
    says: RegExp,
  ])[] = [
    [
      "finds nothing where an acknowledged put had to be",
      readOf(early.key, early.atMs + 1, absent),
      "acknowledged-writes-kept",
      "failed",
      /found nothing, and put \d+ at revision \d+ had been acknowledged/,
    ],
    [
      "finds an old value after it was replaced",
      readOf(overwriting.key, overwriting.atMs + 1, overwritten),
      "nothing-resurrected",
      "failed",
      /found an old value/,
    ],
    [
      "finds a value after it was deleted",
      readOf(deleting.key, deleting.atMs + 1, deleted),
      "nothing-resurrected",
      "failed",
      /and delete \d+ at revision/,
    ],
    [
      "finds a value that nobody wrote",
      readOf(early.key, early.atMs + 1, { valueHash: "foreign", revision: "9" }),
      "nothing-resurrected",
      "failed",
      /nobody had written/,
    ],
    [
      "finds a value of a key that was never written",
      readOf("drillbook/key/never", 9000, { valueHash: "foreign", revision: "9" }),
      "nothing-resurrected",
      "failed",
      /nobody had written/,
    ],
    [
      "finds a value before it was sent",
      readOf(early.key, early.sentAtMs - 10, early),
      "nothing-resurrected",
      "failed",
      /nobody had written/,
    ],
    [
      "finds a value at a revision that nobody was told",
      readOf(early.key, early.atMs + 1, { ...early, revision: plus(early.revision ?? "", 7n) }),
      "nothing-duplicated",
      "failed",
      /found the value of put/,
    ],
    [
      "finds the value of a refused write, so the table of outcomes is wrong",
      ((refused: OperationEntry) => readOf(refused.key, refused.atMs + 1, { ...refused, revision: "9" }))(
        writes.find((one) => one.op === "put" && one.outcome === "refused") as OperationEntry,
      ),
      "nothing-resurrected",
      "broken",
      /table of outcomes/,
    ],
    [
      "finds nothing while the first put is under way",
      readOf(early.key, early.sentAtMs + 1, absent),
      "acknowledged-writes-kept",
      "passed",
      /there on every member/,
    ],
    [
      "finds the old value while the new one is under way",
      readOf(overwriting.key, overwriting.sentAtMs + 1, overwritten),
      "nothing-resurrected",
      "passed",
      /No member/,
    ],
    [
      "finds what a write of unknown outcome put",
      readOf(applied.key, AT.runbookEnded, { valueHash: applied.valueHash, revision: "9" }),
      "nothing-resurrected",
      "passed",
      /No member/,
    ],
    [
      "finds nothing after a delete",
      readOf(deleting.key, deleting.atMs + 1, absent),
      "acknowledged-writes-kept",
      "passed",
      /there on every member/,
    ],
  ];

  test.each(cases)("%s", (_what, read, id, outcome, says) => {
    const finding = findingOf(reading(read), id);
    expect(finding.outcome).toBe(outcome);
    expect(wordsOf(finding)).toMatch(says);
  });

  test("may miss what lies beyond the recovery point once the page has begun, and not before", () => {
    const after = readOf(early.key, AT.runbookEnded, absent);
    const before = readOf(early.key, early.atMs + 1, absent);
    expect(findingOf(reading(after, losing(early)), "acknowledged-writes-kept").outcome).toBe("passed");
    expect(findingOf(reading(before, losing(early)), "acknowledged-writes-kept").outcome).toBe("failed");
    expect(findingOf(reading(after), "acknowledged-writes-kept").outcome).toBe("failed");
  });

  test("may miss it too when the page began while it was under way", () => {
    const astride = { ...readOf(early.key, AT.runbookStarted - 1, absent), atMs: AT.runbookStarted + 1 };
    expect(findingOf(reading(astride, losing(early)), "acknowledged-writes-kept").outcome).toBe("passed");
    const before = { ...astride, atMs: AT.runbookStarted - 0.5 };
    expect(findingOf(reading(before, losing(early)), "acknowledged-writes-kept").outcome).toBe("failed");
  });

  test("says nothing when it was not acknowledged", () => {
    const failed = { ...readOf(early.key, early.atMs + 1, absent), outcome: "unknown", reason: "deadline" } as const;
    expect(findingOf(reading(failed), "acknowledged-writes-kept").outcome).toBe("passed");
  });

  test("all reads after the page find nothing, though all is there when it is read back", () => {
    const blind = changed(healthy, "operation", (one) =>
      one.op === "get" && one.outcome === "acknowledged" && one.atMs > AT.runbookEnded ? { ...one, ...absent } : one,
    );
    expect(findingOf(blind, "acknowledged-writes-kept").outcome).toBe("failed");
    expect(judge(blind).outcome).toBe("failed");
  });
});

describe("revisions in real time", () => {
  const told = (id: number, revision: string | null, ledger = healthy): Ledger =>
    changed(ledger, "operation", (one) => (one.id === id ? { ...one, revision } : one));
  const puts = writes.filter(acknowledgedPut);
  const afterPage = writes.filter((one) => one.outcome === "acknowledged" && one.sentAtMs > AT.runbookEnded);
  /** Two puts that follow each other, with no other write between them. */
  const at = afterPage.findIndex(
    (one, index) =>
      acknowledgedPut(one) && [afterPage[index + 1]].some((next) => next !== undefined && acknowledgedPut(next)),
  );
  const [first, second] = afterPage.slice(at) as [OperationEntry, OperationEntry];
  const firstFence = entriesOf(healthy, "fence")[0]?.revision ?? "";
  const secondFence = (revision: string): Ledger =>
    changed(healthy, "fence", (one) => (one.pass === "after-restart" ? { ...one, revision } : one));

  test.each([
    ["two puts share one", told(second.id, first.revision), /share revision/],
    ["one after the page goes back", told(second.id, plus(first.revision ?? "", -1n)), /operation \d+ before it had/],
    [
      "one before the fault goes back",
      told(puts[50]?.id ?? -1, plus(puts[49]?.revision ?? "", -1n)),
      new RegExp(`operation ${puts[50]?.id} has`),
    ],
    ["the second fence is below the first", secondFence(plus(firstFence, -1n)), /the fence after-restart has revision/],
    [
      "the second fence is the first",
      secondFence(firstFence),
      /fence after-convergence and the fence after-restart share/,
    ],
    [
      "a put has the revision that a delete before it was told",
      changed(told(second.id, first.revision), "operation", (one) =>
        one.id === first.id ? { ...one, op: "delete", valueHash: null } : one,
      ),
      /has revision/,
    ],
  ])("%s", (_what, ledger, says) => {
    const finding = findingOf(ledger, "revision-not-back");
    expect(finding.outcome).toBe("failed");
    expect(wordsOf(finding)).toMatch(says);
    // Declaring that revisions start again with the page excuses none of it.
    expect(findingOf(mayGoBack(ledger), "revision-not-back").outcome).toBe("failed");
  });

  test("a delete may be told the revision of the put before it", () => {
    const kept = changed(told(second.id, first.revision), "operation", (one) =>
      one.id === second.id ? { ...one, op: "delete", valueHash: null } : one,
    );
    expect(findingOf(kept, "revision-not-back").outcome).toBe("passed");
  });

  test("writes that overlap may be in any order, but share nothing", () => {
    const overlap = (revision: (one: OperationEntry) => string | null): Ledger =>
      changed(healthy, "operation", (one) =>
        one.id === first.id
          ? { ...one, atMs: second.atMs, revision: revision(second) }
          : one.id === second.id
            ? { ...one, sentAtMs: first.sentAtMs, revision: first.revision }
            : one,
      );
    expect(
      findingOf(
        overlap((one) => one.revision),
        "revision-not-back",
      ).outcome,
    ).toBe("passed");
    expect(
      findingOf(
        overlap(() => first.revision),
        "revision-not-back",
      ).outcome,
    ).toBe("failed");
  });
});

describe("what a member says of itself", () => {
  const listed = (change: (member: ListedMember) => Partial<ListedMember>): Ledger =>
    changed(healthy, "cluster-probe", (probe) =>
      probe.sentAtMs < AT.lastAct
        ? probe
        : {
            ...probe,
            views: probe.views.map((view) => ({
              ...view,
              members:
                view.members?.map((one) =>
                  one.peerUrls[0] === "https://127.0.50.2:2380" ? { ...one, ...change(one) } : one,
                ) ?? null,
            })),
          },
    );

  test.each([
    ["localhost", { clientUrls: ["http://localhost:2379"] }, /n2 with the client URLs "http:\/\/localhost:2379", not/],
    ["another node", { clientUrls: ["https://127.0.50.3:2379"] }, /n2 with the client URLs/],
    [
      "one URL too many",
      { clientUrls: ["https://127.0.50.2:2379", "http://127.0.0.1:2379"] },
      /https:\/\/127.0.50.2:2379 http:\/\/127.0.0.1:2379/,
    ],
    ["no URL", { clientUrls: [] }, /client URLs ""/],
    ["another name", { name: "infra0" }, /by the name "infra0", not n2/],
  ])("%s is not as promised", (_what, change, says) => {
    const finding = findingOf(
      listed(() => change),
      "membership-as-promised",
    );
    expect(finding.outcome).toBe("failed");
    expect(wordsOf(finding)).toMatch(says);
  });
});

describe("an alert before its time", () => {
  const served = (atMs: number): Ledger =>
    withEntries(healthy, [{ kind: "service-probe", atMs, node: "n1", sentAtMs: atMs - 5, ok: true, reason: null }]);

  test("makes the time untrustworthy, and the objective undecided", () => {
    const finding = findingOf(served(AT.detected - 5), "time-trustworthy");
    expect(finding.outcome).toBe("inconclusive");
    expect(finding.summary).toMatch(/acknowledged 5 ms before the alert/);
    expect(findingOf(served(AT.detected - 5), "recovery-time-within-objective").outcome).toBe("inconclusive");
    expect(findingOf(served(AT.detected - 999), "time-trustworthy").outcome).toBe("inconclusive");
  });

  test("is none when the probe was answered as long before as the alert says, or after the alert", () => {
    expect(findingOf(served(AT.detected - 1000), "time-trustworthy").outcome).toBe("passed");
    expect(findingOf(served(AT.detected + 1), "time-trustworthy").outcome).toBe("passed");
  });
});
