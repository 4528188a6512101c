/** What proves that a write was applied again, key by key; and planted in whole ledgers. */
import { describe, expect, test } from "vitest";
import { AT, changed, entriesOf, healthyLedger, withItems, withPlan } from "../../fixtures/ledgers/build.ts";
import { shortHistory as history } from "../../fixtures/ledgers/short-history.ts";
import type { HeldKey, Ledger } from "../ledger/index.ts";
import { duplicateOf } from "./duplicates.ts";
import { explainKey } from "./explain-key.ts";
import { judge, type Finding } from "./index.ts";
import type { WriteEntry } from "./key-histories.ts";

describe("duplicateOf", () => {
  test.each<readonly [writes: string, held: number, revision: string, version: string | null, expected: string | null]>(
    [
      ["+a", 0, "10", "1", null],
      ["+a", 0, "10", null, null],
      ["+a", 0, "11", "1", "rewritten"],
      ["+a", 0, "11", null, "rewritten"],
      ["+a", 0, "10", "2", "put-again"],
      ["+a", 0, "11", "2", "rewritten"],
      ["+a +a", 1, "11", "2", null],
      ["+a +a", 1, "11", "3", "put-again"],
      // Of a write that nobody was told the revision of, the count tells all the same.
      ["+u", 0, "99", "1", null],
      ["+u", 0, "99", "2", "put-again"],
      ["+a +u", 1, "99", "2", null],
      ["+a +u", 1, "99", "3", "put-again"],
      // The put of unknown outcome came after the one that is held, so it is not among those that made it.
      ["+a +u", 0, "10", "1", null],
      ["+a +u", 0, "10", "2", "put-again"],
      // Whatever was sent before may have been applied, refused or not, and a delete may have been lost.
      ["+r +a", 1, "11", "2", null],
      ["+r +a", 1, "11", "3", "put-again"],
      ["+a -a +a", 2, "12", "1", null],
      ["+a -a +a", 2, "12", "2", null],
      ["+a -a +a", 2, "12", "3", "put-again"],
      // A count beyond what a number holds exactly.
      ["+a", 0, "10", "9007199254740993", "put-again"],
    ],
  )("%s, held is v%i at revision %s and version %s: %s", (writes, value, revision, version, expected) => {
    const held: HeldKey = { key: "k", valueHash: `v${value}`, revision, version };
    const of = history(writes);
    expect(duplicateOf(of, held, explainKey(of, held), () => false)?.kind ?? null).toBe(expected);
    expect(duplicateOf(of, held, explainKey(of, held), () => true)).toBeNull();
  });

  test("where the first write of a key may be put anew, its count says nothing; a later put's own revision does", () => {
    const of = history("+a +a");
    const held = (revision: string): HeldKey => ({ key: "k", valueHash: "v1", revision, version: "7" });
    const isExempt = (write: WriteEntry): boolean => write.id === 0;
    expect(duplicateOf(of, held("11"), explainKey(of, held("11")), isExempt)).toBeNull();
    expect(duplicateOf(of, held("12"), explainKey(of, held("12")), isExempt)?.kind).toBe("rewritten");
  });

  test("a foreign value is accused elsewhere", () => {
    const held: HeldKey = { key: "k", valueHash: "foreign", revision: "1", version: "9" };
    expect(duplicateOf(history("+a"), held, explainKey(history("+a"), held), () => false)).toBeNull();
  });
});

describe("nothing-duplicated", () => {
  const healthy = healthyLedger();
  const writes = entriesOf(healthy, "operation").filter((one) => one.op !== "get");
  const heldNow = entriesOf(healthy, "read-back").flatMap((one) => one.items);
  const unknown = heldNow.find(({ valueHash }) =>
    writes.some((one) => one.valueHash === valueHash && one.outcome === "unknown" && one.transaction === null),
  ) as HeldKey;
  const late = heldNow.find(({ key }) =>
    writes.every((one) => one.key !== key || one.sentAtMs > AT.runbookEnded),
  ) as HeldKey;
  const early = heldNow.find(({ key }) => writes.some((one) => one.key === key && one.atMs < AT.injecting)) as HeldKey;
  const atVersion = (key: string, version: string | null, node?: string): Ledger =>
    withItems(
      healthy,
      (items) => items.map((one) => (one.key === key ? { ...one, version } : one)),
      node === undefined ? {} : { node },
    );
  const mayGoBack = (ledger: Ledger): Ledger =>
    withPlan(ledger, {
      checks: ledger.header.plan.checks.map((one) =>
        one.id === "revision-not-back" ? { ...one, mayGoBack: true } : one,
      ),
    });
  const find = (ledger: Ledger): Finding =>
    judge(ledger).findings.find((one) => one.checkId === "nothing-duplicated") as Finding;

  test("fails for a put of unknown outcome that one member applied twice, and only that member is named", () => {
    const ledger = atVersion(unknown.key, String(Number(unknown.version) + 1), "n3");
    const { outcome, details } = find(ledger);
    expect(outcome).toBe("failed");
    expect(details).toHaveLength(2);
    expect(details[0]).toMatch(/n3 after-convergence holds it at version \d+, and \d+ puts? (was|were) sent/);
    expect(judge(ledger).measurements.writes.duplicated).toBe(1);
  });

  test("is the only check that fails for it, when all members did so", () => {
    const { findings, outcome } = judge(atVersion(early.key, "1000"));
    expect(findings.filter((one) => one.outcome !== "passed").map((one) => one.checkId)).toEqual([
      "nothing-duplicated",
    ]);
    expect(outcome).toBe("failed");
  });

  test("a store that counts nothing, and a drill that lets be put anew, accuse nobody", () => {
    const uncounted = withItems(healthy, (items) => items.map((one) => ({ ...one, version: null })));
    expect(find(uncounted).outcome).toBe("passed");
    expect(find(mayGoBack(atVersion(early.key, "1000"))).outcome).toBe("passed");
    expect(find(mayGoBack(atVersion(late.key, "1000"))).outcome).toBe("failed");
  });

  test("is inconclusive where nothing would show it", () => {
    const before = new Set(writes.filter((one) => one.sentAtMs < AT.runbookStarted).map((one) => one.key));
    const onlyEarly = withItems(healthy, (items) => items.filter((one) => before.has(one.key)));
    expect(find(mayGoBack(onlyEarly)).outcome).toBe("inconclusive");
    expect(find(onlyEarly).outcome).toBe("passed");
    const unread = changed(healthy, "read-back-end", (one) => ({ ...one, complete: false, reason: "deadline" }));
    expect(find(unread).outcome).toBe("inconclusive");
    expect(judge(unread).measurements.writes.duplicated).toBeNull();
  });
});
