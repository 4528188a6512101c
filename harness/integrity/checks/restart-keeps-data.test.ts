/** Planted ledgers: what the members held after convergence, and no more after the rolling restart. */
import { describe, expect, test } from "vitest";
import { changed, entriesOf, healthyLedger, without, withPlan } from "../../../fixtures/ledgers/build.ts";
import type { CheckId, HeldKey, Ledger, OperationEntry } from "../../ledger/index.ts";
import { judge, type Finding } from "../index.ts";

const healthy = healthyLedger();
const writes = entriesOf(healthy, "operation").filter((one) => one.op !== "get");
const byKey = Map.groupBy(writes, (one) => one.key);
const held = new Map(entriesOf(healthy, "read-back").flatMap((one) => one.items.map((item) => [item.key, item])));

/** The second pass changed on every member, with its counts in step. */
function afterRestart(ledger: Ledger, change: (items: readonly HeldKey[]) => readonly HeldKey[]): Ledger {
  const counts = new Map<string, number>();
  const parts = changed(ledger, "read-back", (part) => {
    const items = part.pass === "after-restart" ? change(part.items) : part.items;
    counts.set(`${part.node} ${part.pass}`, (counts.get(`${part.node} ${part.pass}`) ?? 0) + items.length);
    return { ...part, items };
  });
  return changed(parts, "read-back-end", (end) => ({ ...end, keys: counts.get(`${end.node} ${end.pass}`) ?? 0 }));
}

function find(ledger: Ledger, id: CheckId = "restart-keeps-data"): Finding {
  const finding = judge(ledger).findings.find((one) => one.checkId === id);
  if (finding === undefined) throw new Error(`no finding of ${id}`);
  return finding;
}

/** The key is held, although its last write is a delete that was never answered. */
const deleted = [...byKey.values()].find(
  (of) => of.at(-1)?.op === "delete" && of.at(-1)?.outcome === "unknown" && held.has(of[0]?.key ?? ""),
) as readonly OperationEntry[];
/** A put that was never answered, and was applied over an older value. */
const replaced = [...byKey.values()].find(
  (of) =>
    of.length > 1 && of.at(-1)?.outcome === "unknown" && held.get(of[0]?.key ?? "")?.valueHash === of.at(-1)?.valueHash,
) as readonly OperationEntry[];
const vanished = afterRestart(healthy, (items) => items.filter((one) => one.key !== deleted[0]?.key));

/** As if no process had ended after those writes: a request may still wait in one. */
const neverEnded = without(healthy, "process", (one) => one.event === "exited");

test("the synthetic drill has what is to be broken here", () => {
  expect(deleted?.[0]).toMatchObject({ op: "put", outcome: "acknowledged" });
  expect(replaced?.length).toBeGreaterThan(1);
  expect(find(healthy)).toMatchObject({ outcome: "passed", summary: expect.stringMatching(/^All 3 members/) });
});

describe("gone since the restart", () => {
  test("an acknowledged put, whose unanswered delete had not taken effect before: failed, and lost", () => {
    const finding = find(vanished);
    expect(finding.outcome).toBe("failed");
    expect(finding.details).toEqual(
      ["n1", "n2", "n3"].map(
        (node) =>
          `${deleted[0]?.key} on ${node}: revision ${held.get(deleted[0]?.key ?? "")?.revision} before the restart, absent after it`,
      ),
    );
    expect(find(vanished, "acknowledged-writes-kept").outcome).toBe("failed");
    expect(judge(vanished).measurements.writes.lost?.low).toBeGreaterThan(0);
  });

  test("a new value, and the old one is back: failed", () => {
    const [old] = replaced;
    const back = afterRestart(healthy, (items) =>
      items.map((one) =>
        one.key === old?.key ? { ...one, valueHash: old?.valueHash ?? "", revision: old?.revision ?? "" } : one,
      ),
    );
    expect(find(back).outcome).toBe("failed");
  });

  test("a key of which only the revision differs: failed", () => {
    const [first] = held.keys();
    const again = afterRestart(healthy, (items) =>
      items.map((one) => (one.key === first ? { ...one, revision: String(BigInt(one.revision ?? "") + 1n) } : one)),
    );
    expect(find(again).outcome).toBe("failed");
  });

  test("a write beyond the recovery point that the first pass saw is not lost by design", () => {
    const last = writes.findLast(
      (one) =>
        one.op === "put" &&
        one.outcome === "acknowledged" &&
        one.transaction === null &&
        one.sentAtMs < 10_000 &&
        byKey.get(one.key)?.length === 1,
    );
    const beyond = changed(healthy, "recovery-point", (one) => ({
      ...one,
      revision: String(BigInt(last?.revision ?? 0) - 1n),
    }));
    const allowed = withPlan(beyond, {
      objectives: { recoveryTimeMs: 60_000, lostWrites: 1, lostWritesReason: "the tail" },
    });
    const lost = afterRestart(allowed, (items) => items.filter((one) => one.key !== last?.key));
    expect(find(allowed, "loss-within-objective").outcome).toBe("passed");
    expect(find(lost, "loss-within-objective").outcome).toBe("failed");
    expect(find(lost, "acknowledged-writes-kept").details[0]).toMatch(
      /not by design: n1 had kept it until the restart/,
    );
  });
});

describe("what proves nothing", () => {
  test("the effect of an unanswered write that a process may have held back: inconclusive", () => {
    const late = afterRestart(neverEnded, (items) => items.filter((one) => one.key !== deleted[0]?.key));
    expect(find(late)).toMatchObject({ outcome: "inconclusive", summary: expect.stringMatching(/came late/) });
    expect(find(late, "acknowledged-writes-kept").outcome).toBe("passed");
  });

  test("but what was there and is gone is no late effect", () => {
    const put = replaced.at(-1);
    const gone = afterRestart(neverEnded, (items) => items.filter((one) => one.valueHash !== put?.valueHash));
    expect(find(gone).outcome).toBe("failed");
  });

  test.each<readonly [string, Ledger, RegExp]>([
    [
      "a member was read in part only",
      changed(healthy, "read-back-end", (one) => (one.node === "n2" ? { ...one, complete: false } : one)),
      /not known/,
    ],
    ["there was no second pass", without(healthy, "read-back-end", (one) => one.pass === "after-restart"), /not known/],
    [
      "the record is not sound",
      changed(vanished, "workload-stopped", (one) => ({ ...one, sent: one.sent + 1 })),
      /not sound/,
    ],
  ])("%s: inconclusive", (_what, ledger, says) => {
    expect(find(ledger)).toMatchObject({ outcome: "inconclusive", summary: expect.stringMatching(says) });
  });
});
