/** What was seen of the service in each stretch, against what was promised. */
import { expect, test } from "vitest";
import { dwindlingLedger, STRETCH } from "../../../fixtures/ledgers/dwindling.ts";
import { changed, withEntries, without } from "../../../fixtures/ledgers/edit.ts";
import type { Ledger, PromisedService, ServiceReadEntry } from "../../ledger/index.ts";
import { judge } from "../judge.ts";
import type { Finding } from "../result.ts";

function found(ledger: Ledger): Pick<Finding, "outcome" | "details"> {
  const finding = judge(ledger).findings.find(({ checkId }) => checkId === "service-as-promised");
  if (finding === undefined) throw new Error("the plan has no such check");
  return finding;
}

const promising = (...services: PromisedService["service"][]): Ledger =>
  dwindlingLedger(services.map((service, index) => ({ lost: 3 - services.length + index, service })));

const reads = (ledger: Ledger, change: (one: ServiceReadEntry) => Partial<ServiceReadEntry>): Ledger =>
  changed(ledger, "service-read", (one) => ({ ...one, ...change(one) }));
const onSurvivor = (read: ServiceReadEntry["read"], change: Partial<ServiceReadEntry>): Ledger =>
  reads(dwindlingLedger(), (one) => (one.node === "n1" && one.read === read ? change : {}));

test("the service that was promised passes, and the drill with it", () => {
  expect(found(dwindlingLedger()).outcome).toBe("passed");
  expect(judge(dwindlingLedger()).outcome).toBe("passed");
});

test.each<[string, Ledger, RegExp]>([
  ["more was promised than is left", promising("writable"), /promised writable: writes through n1 failed/],
  [
    "less is left than was promised: reads of what it holds fail",
    onSurvivor("local", { ok: false, reason: "deadline" }),
    /local reads through n1 failed 5 times of 5/,
  ],
  [
    "one of them fails",
    reads(dwindlingLedger(), (one) =>
      one.node === "n1" && one.read === "local" && one.sentAtMs === STRETCH.fromMs ? { ok: false } : {},
    ),
    /local reads through n1 failed 1 times of 5/,
  ],
  [
    "a read pretends that there is a quorum",
    onSurvivor("linearizable", { ok: true, atMs: STRETCH.fromMs + 300 }),
    /linearizable reads through n1 were answered 5 times/,
  ],
  ["somebody answers where nobody is left", promising("down"), /local reads through n1 were answered/],
])("fails where %s", (_what, ledger, detail) => {
  const { outcome, details } = found(ledger);
  expect(outcome).toBe("failed");
  expect(details.join("\n")).toMatch(detail);
});

test.each<[string, Ledger]>([
  ["a stretch that was promised is not on record", promising("writable", "readable")],
  ["a stretch has no end", without(dwindlingLedger(), "stretch", (one) => one.event === "ends")],
  ["nobody read", without(dwindlingLedger(), "service-read")],
  [
    "nobody wrote",
    without(
      dwindlingLedger(),
      "service-probe",
      (one) => one.node === "n1" && one.sentAtMs > 10_000 && one.sentAtMs < 11_200,
    ),
  ],
  ["nothing was promised", dwindlingLedger([])],
])("is not decided where %s", (_what, ledger) => {
  expect(found(ledger).outcome).toBe("inconclusive");
});

test("what was sent before or answered after a stretch counts for another", () => {
  const late = { kind: "service-read", node: "n1", read: "linearizable", ok: true, reason: null } as const;
  const ledger = withEntries(dwindlingLedger(), [
    { ...late, sentAtMs: STRETCH.fromMs - 10, atMs: STRETCH.fromMs + 5 },
    { ...late, sentAtMs: STRETCH.untilMs - 5, atMs: STRETCH.untilMs + 5 },
  ]);
  expect(found(ledger).outcome).toBe("passed");
});
