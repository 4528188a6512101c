/** What members hold: whole, kept, not back from the dead, and the same on all. */
import { expect, test } from "vitest";
import {
  changed,
  entriesOf,
  healthyLedger,
  NODES,
  without,
  withItems,
  withoutItems,
} from "../../../fixtures/ledgers/build.ts";
import { holding, lacking, withValue, type ChangeHeld } from "../../../fixtures/ledgers/held.ts";
import { describePlanted, type Planted } from "../../../fixtures/ledgers/planted.ts";
import { SABOTEURS } from "../../../fixtures/saboteurs/index.ts";
import { FENCE_NOT_HELD, type HeldKey, type Ledger, type OperationEntry } from "../../ledger/index.ts";
import { judge } from "../index.ts";

const healthy = healthyLedger();

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

/** A look finds n1 at the fence's revision, and n1 says after it that it does not hold the fence. */
function lackingFence(ledger: Ledger): Ledger {
  const [fence] = entriesOf(ledger, "fence");
  const look = entriesOf(ledger, "cluster-probe").at(-1);
  const isN1 = (one: { readonly pass: string; readonly node: string }): boolean =>
    one.pass === "after-convergence" && one.node === "n1";
  if (fence === undefined || look === undefined) throw new RangeError("no fence or no look");
  const entries = ledger.entries.flatMap((one) => {
    if (one.kind === "read-back" && isN1(one)) return [];
    if (one.kind !== "read-back-end" || !isN1(one)) return [one];
    const views = look.views.map((view) => ({ ...view, revision: fence.revision }));
    const unread = { keys: 0, complete: false, revision: null, fenceValueHash: null, stateHash: null };
    return [
      { ...look, atMs: one.atMs, sentAtMs: one.atMs, views },
      { ...one, ...unread, reason: FENCE_NOT_HELD },
    ];
  });
  return { ...ledger, entries };
}

const putBeforeDelete = entriesOf(healthy, "operation").findLast(
  (one) => one.key === deleted.key && one.op === "put" && one.outcome === "acknowledged" && one.id < deleted.id,
) as OperationEntry;

/** A put that is there to the end, and another one of its transaction that is too. */
const halved = finalPuts.find(
  (one, _index, all) =>
    one.transaction !== null && all.some((other) => other !== one && other.transaction === one.transaction),
) as OperationEntry;

const everywhere = (change: ChangeHeld): Ledger =>
  NODES.reduce((ledger, node) => holding(ledger, node, change), healthy);

const planted: readonly Planted[] = [
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
    "a member was read that did not hold the fence",
    changed(healthy, "read-back-end", (one, index) => (index === 0 ? { ...one, fenceValueHash: null } : one)),
    "inconclusive",
    /n1 after-convergence: it does not hold the fence/,
  ],
  [
    "read-back-complete",
    "a member was read at no revision",
    changed(healthy, "read-back-end", (one, index) => (index === 0 ? { ...one, revision: null } : one)),
    "broken",
    /fence/,
  ],
  [
    "members-agree",
    "a member holds the fence, and numbers it otherwise",
    changed(healthy, "read-back-end", (one, index) => (index === 0 ? { ...one, revision: "1" } : one)),
    "failed",
    /the fence after-convergence: acknowledged at revision \d+, held at 1 on n1/,
  ],
  [
    "members-agree",
    "a member has come to the fence's revision, and says that it does not hold the fence",
    lackingFence(healthy),
    "failed",
    /the fence after-convergence: n1 has come to its revision, and does not hold it/,
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
    holding(healthy, "n2", lacking(victim.key)),
    "failed",
    /n2 after-convergence/,
  ],
  [
    "acknowledged-writes-kept",
    "one key is missing after the restart",
    holding(healthy, "n3", lacking(victim.key), "after-restart"),
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
    changed(holding(healthy, "n2", lacking(victim.key)), "read-back-end", (one) =>
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
    holding(healthy, "n1", lacking(victim.key)),
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
    holding(healthy, "n3", withValue(deleted.key, putBeforeDelete.valueHash ?? "")),
    "failed",
    /n3 after-convergence/,
  ],
  [
    "nothing-resurrected",
    "a value that nobody wrote",
    holding(healthy, "n1", withValue("drillbook/key/foreign", "x")),
    "failed",
    /nobody wrote/,
  ],
  ["members-agree", "one member lacks a key", holding(healthy, "n2", lacking(victim.key)), "failed", /absent on n2/],
  [
    "members-agree",
    "one member has another revision",
    holding(healthy, "n2", (held) => held.map((one, index) => (index === 0 ? { ...one, revision: "5" } : one))),
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
];

describePlanted(planted);

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
