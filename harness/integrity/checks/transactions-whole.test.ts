/** Planted ledgers: transactions of which a member holds a part. */
import { describe, expect, test } from "vitest";
import { changed, entriesOf, healthyLedger, withoutItems } from "../../../fixtures/ledgers/build.ts";
import type { CheckId, Ledger, OperationEntry } from "../../ledger/index.ts";
import { judge, type Finding } from "../index.ts";

const healthy = healthyLedger();
const operations = entriesOf(healthy, "operation");
const writesOf = (key: string): readonly OperationEntry[] =>
  operations.filter((one) => one.key === key && one.op !== "get");
const transactions = [
  ...Map.groupBy(
    operations.filter((one) => one.transaction !== null && one.op !== "get"),
    (one) => one.transaction,
  ).values(),
].filter((parts) => parts.length > 1);
const held = new Set(entriesOf(healthy, "read-back").flatMap((one) => one.items.map((item) => item.valueHash)));

/** All parts are puts that were never followed by another write: each is there, or each is gone. */
const lasting = (parts: readonly OperationEntry[]): boolean =>
  parts.every((one) => one.op === "put" && writesOf(one.key).at(-1) === one);
const acknowledged = transactions.find((parts) => parts[0]?.outcome === "acknowledged" && lasting(parts)) ?? [];
const applied = transactions.find(
  (parts) => parts[0]?.outcome === "unknown" && parts.some((one) => held.has(one.valueHash ?? "")),
) as readonly OperationEntry[];

function find(ledger: Ledger, id: CheckId = "transactions-whole"): Finding {
  const finding = judge(ledger).findings.find((one) => one.checkId === id);
  if (finding === undefined) throw new Error(`no finding of ${id}`);
  return finding;
}
const keyOf = (parts: readonly OperationEntry[], index: number): string => parts.at(index)?.key ?? "";
/** Turns a whole transaction unknown, as it would be without its answer. */
const unanswered = (ledger: Ledger, transaction: number | null | undefined): Ledger =>
  changed(ledger, "operation", (one) =>
    one.transaction === transaction ? { ...one, outcome: "unknown", revision: null, reason: "deadline" } : one,
  );
/** The recovery point lies before everything: whatever was acknowledged before the page may be lost by design. */
const nothingPromised = (ledger: Ledger): Ledger =>
  changed(ledger, "recovery-point", (one) => ({ ...one, revision: "1" }));

test("the synthetic drill has what is to be broken here", () => {
  expect(acknowledged).toHaveLength(2);
  expect(applied?.length).toBeGreaterThan(1);
  expect(find(healthy).outcome).toBe("passed");
});

describe("half a transaction", () => {
  test("on one member, in one pass: failed, with both halves by name", () => {
    const finding = find(withoutItems(healthy, (one) => one.key === keyOf(acknowledged, 1), { node: "n2" }));
    const [there, missing] = acknowledged;
    expect(finding).toMatchObject({ outcome: "failed", summary: expect.stringMatching(/^1 of \d+ transactions/) });
    expect(finding.details).toEqual(
      ["after-convergence", "after-restart"].map(
        (pass) =>
          `transaction ${there?.id}: n2 ${pass} holds put ${there?.id} of ${there?.key} and lacks put ${missing?.id} of ${missing?.key}`,
      ),
    );
  });

  test("is no matter of the recovery point: both halves have one revision", () => {
    const torn = withoutItems(healthy, (one) => one.key === keyOf(acknowledged, 0));
    expect(find(nothingPromised(torn)).outcome).toBe("failed");
  });

  test("of unknown outcome is half a transaction too", () => {
    const put = applied.find((one) => one.op === "put");
    expect(find(withoutItems(healthy, (one) => one.key === put?.key)).outcome).toBe("failed");
  });

  test("that is whole but lost is a loss, and not half", () => {
    const keys = new Set(acknowledged.map((one) => one.key));
    const lost = withoutItems(healthy, (one) => keys.has(one.key));
    expect(find(lost).outcome).toBe("passed");
    expect(find(lost, "acknowledged-writes-kept").outcome).toBe("failed");
  });

  test("held at two revisions was not applied as one", () => {
    const put = applied.find((one) => one.op === "put");
    const apart = changed(healthy, "read-back", (part) => ({
      ...part,
      items: part.items.map((item) =>
        item.key === put?.key ? { ...item, revision: String(BigInt(item.revision ?? "") + 1n) } : item,
      ),
    }));
    const puts = applied.filter((one) => one.op === "put");
    expect(find(apart).outcome).toBe(puts.length > 1 ? "failed" : "passed");
    expect(puts.length).toBeGreaterThan(1);
    expect(find(apart).details[0]).toMatch(/at different revisions/);
  });
});

describe("what proves nothing", () => {
  test("a part that was superseded", () => {
    const superseded = transactions.find(
      (parts) => parts[0]?.outcome === "acknowledged" && parts.some((one) => writesOf(one.key).at(-1) !== one),
    );
    expect(superseded).toBeDefined();
    expect(find(healthy).outcome).toBe("passed");
  });

  test("knowing less accuses no more: each transaction without its answer", () => {
    const last = transactions.filter((parts) => parts[0]?.outcome === "acknowledged" && lasting(parts));
    expect(last.length).toBeGreaterThan(5);
    for (const parts of last.slice(0, 20)) {
      const result = judge(unanswered(healthy, parts[0]?.transaction));
      expect(result.findings.filter((one) => one.outcome === "failed")).toEqual([]);
    }
  });

  test.each<readonly [string, Ledger, RegExp]>([
    [
      "no transaction was acknowledged",
      changed(healthy, "operation", (one) => ({ ...one, transaction: null })),
      /No transaction/,
    ],
    [
      "a member was not read",
      changed(healthy, "read-back-end", (one) => (one.node === "n2" ? { ...one, complete: false } : one)),
      /Not every member/,
    ],
  ])("%s: inconclusive", (_what, ledger, says) => {
    expect(find(ledger)).toMatchObject({ outcome: "inconclusive", summary: expect.stringMatching(says) });
  });
});

test("parts of one transaction with two answers are a defect of the harness", () => {
  const torn = changed(healthy, "operation", (one) =>
    one.id === acknowledged[1]?.id ? { ...one, outcome: "unknown", revision: null, reason: "deadline" } : one,
  );
  const finding = find(torn, "workload-adequate");
  expect(finding).toMatchObject({ outcome: "broken" });
  expect(finding.details).toEqual([`transaction ${acknowledged[0]?.id}: its parts do not have one answer`]);
});
