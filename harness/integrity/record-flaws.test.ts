import { expect, test } from "vitest";
import { changed, entriesOf, healthyLedger, withEntries } from "../../fixtures/ledgers/build.ts";
import type { Ledger } from "../ledger/index.ts";
import { judge, runOfSet } from "./index.ts";

const healthy = healthyLedger();

test.each<readonly [string, Ledger, string]>([
  [
    "a second injection during the hold",
    withEntries(healthy, [{ ...first("fault", ({ event }) => event === "injecting"), atMs: 19_000 }]),
    '"injecting" of the fault is on record 2 times',
  ],
  [
    "the page begins a second time",
    withEntries(healthy, [{ ...first("runbook", ({ event }) => event === "started"), atMs: 20_000 }]),
    "that the page started is on record 2 times",
  ],
  ["a second alert", withEntries(healthy, [{ ...first("detection"), atMs: 11_020 }]), "the alert is on record 2 times"],
  [
    "a role is bound twice",
    withEntries(healthy, [{ ...first("role"), node: "n2" }]),
    "the binding of the role survivor is on record 2 times",
  ],
  [
    "a role is bound to a node that does not exist",
    changed(healthy, "role", (role) => (role.role === "survivor" ? { ...role, node: "n9" } : role)),
    "survivor is bound to n9, a node that is not on record",
  ],
])("%s: the record is broken, and accuses nobody", (_, ledger, said) => {
  const result = judge(ledger);
  expect(result.outcome).toBe("broken");
  expect(result.notes.join(" ")).toContain(said);
  expect(runOfSet(ledger, result).run).toMatchObject({ says: "unknown" });
});

function first<K extends "fault" | "runbook" | "detection" | "role">(
  kind: K,
  which: (entry: ReturnType<typeof entriesOf<K>>[number]) => boolean = () => true,
): ReturnType<typeof entriesOf<K>>[number] {
  const found = entriesOf(healthy, kind).find(which);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}
