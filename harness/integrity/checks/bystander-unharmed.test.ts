/** What of a bystander's record is harm, what leaves it open whether it was harmed, and what says nothing of it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { AT, withEntries, without } from "../../../fixtures/ledgers/build.ts";
import { besideChanged, besideLedger, besideWithout } from "../../../fixtures/ledgers/beside.ts";
import type { EntryOfBystander, Ledger, LedgerEntry, MemberView } from "../../ledger/index.ts";
import { judge, lostKeysText, type Finding } from "../index.ts";

const sound = besideLedger();

const of = (ledger: Ledger): Finding => {
  const finding = judge(ledger).findings.find(({ checkId }) => checkId === "bystander-unharmed");
  if (finding === undefined) throw new Error("it was not judged");
  return finding;
};

/** What its members say in the looks from an instant on. */
const seen = (fromMs: number, change: (view: MemberView) => MemberView): Ledger =>
  besideChanged(sound, (one) =>
    one.kind === "cluster-probe" && one.sentAtMs >= fromMs ? { ...one, views: one.views.map(change) } : one,
  );

/** Writes of probes through some members are answered so in a time. */
const probed = (ok: boolean | null, fromMs: number, untilMs: number, through = /./): Ledger =>
  besideChanged(sound, (one) =>
    one.kind === "service-probe" && one.sentAtMs >= fromMs && one.sentAtMs < untilMs && through.test(one.node)
      ? { ...one, ok, reason: ok === null ? "harness-stood-still" : "unavailable" }
      : one,
  );

/** It holds these no more. */
const lacking = (which: (key: string) => boolean): Ledger => {
  let left = 0;
  return besideChanged(sound, (one): EntryOfBystander => {
    if (one.kind === "read-back") {
      const items = one.items.filter(({ key }) => !which(key));
      left += items.length;
      return { ...one, items };
    }
    if (one.kind !== "read-back-end") return one;
    const keys = left;
    left = 0;
    return { ...one, keys };
  });
};

const looking = (one: EntryOfBystander): boolean => one.kind === "service-probe" || one.kind === "cluster-probe";

test("one that went on is unharmed, and the finding says what was measured of it", () => {
  expect(of(sound)).toMatchObject({ outcome: "passed" });
  expect(of(sound).summary).toMatch(/^events went on: all \d+ acknowledged writes are there, .* more than \d+ ms /);
  expect(judge(sound).outcome).toBe("passed");
});

test.each<readonly [string, Ledger, string]>([
  ["every key is gone", lacking(() => true), "acknowledged writes that had to be kept are lost"],
  ["another cluster id", seen(AT.runbookEnded, (view) => ({ ...view, clusterId: "4711" })), "not the same cluster"],
  [
    "a member was replaced at its address",
    seen(AT.runbookEnded, (view) => (view.node === "n2" ? { ...view, memberId: "4711" } : view)),
    "not the same cluster",
  ],
  [
    "another member was listed for a while",
    seen(AT.runbookEnded, (view) => ({ ...view, members: view.members?.slice(1) ?? null })),
    "not the same cluster",
  ],
  [
    "its revisions began again",
    besideChanged(sound, (one) =>
      one.kind === "fence" || one.kind === "read-back-end" ? { ...one, revision: "7" } : one,
    ),
    "revision went back",
  ],
  ["nobody served for longer than is allowed", probed(false, 13_000, 14_300), "No member acknowledged a write for"],
  ["one member stands bad at the end", probed(false, 18_000, Infinity, /n3/), "not steady at the end"],
])("harmed: %s", (_what, ledger, says) => {
  const { details, outcome, summary } = of(ledger);
  expect(outcome).toBe("failed");
  expect(summary).toMatch(/^events was harmed: /);
  expect([summary, ...details].join("\n")).toContain(says);
});

test.each<readonly [string, Ledger]>([
  ["it is not on record", without(sound, "bystander")],
  ["nobody looked at it from the injection on", besideWithout(sound, (one) => looking(one) && one.atMs > AT.injecting)],
  ["it is not known for a while whether anybody served", probed(null, 13_000, 14_300)],
  ["one member was not read back", besideWithout(sound, (one) => one.kind === "read-back-end" && one.node === "n2")],
  ["its clients were never stopped in order", besideWithout(sound, (one) => one.kind === "workload-stopped")],
  ["nothing was injected", without(sound, "fault")],
])("not known: %s", (_what, ledger) => {
  expect(of(ledger)).toMatchObject({ outcome: "inconclusive" });
});

test.each<readonly [string, Ledger]>([
  ["an outage shorter than is allowed", probed(false, 13_000, 13_800)],
  ["one member that falters and is back", probed(false, 13_000, 15_000, /n3/)],
])("no harm: %s", (_what, ledger) => {
  expect(of(ledger)).toMatchObject({ outcome: "passed" });
});

test("one that was ill before the fault is the harness's trouble, and a harness in trouble accuses nobody of an outage", () => {
  expect(of(probed(false, AT.injecting - 500, AT.injecting, /n3/)).outcome).toBe("broken");
  const trouble: LedgerEntry = { kind: "trouble", atMs: 14_000, outcome: "broken", phase: "run", message: "planted" };
  expect(of(withEntries(probed(false, 13_000, 14_300), [trouble])).outcome).toBe("inconclusive");
  expect(
    of(
      withEntries(
        lacking(() => true),
        [trouble],
      ),
    ).outcome,
  ).toBe("failed");
});

test("the finding says that the page was there", () => {
  const started: EntryOfBystander = {
    kind: "process",
    atMs: 15_000,
    event: "started",
    node: "n1",
    process: "etcd",
    pid: 9,
    actor: "runbook",
    command: ["etcd"],
    variables: [],
    exitCode: null,
    signal: null,
  };
  const line: LedgerEntry = { kind: "bystander", atMs: 15_000, cluster: "events", entry: started };
  expect(
    of(
      withEntries(
        lacking(() => true),
        [line],
      ),
    ).details,
  ).toContain("the page started or stopped its processes 1 time(s)");
});

test("every write that it lost is in lost-keys.txt, with its name", () => {
  const lines = lostKeysText(lacking(() => true)).split("\n");
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter((one) => one !== "" && !one.startsWith("events: drillbook/key/"))).toEqual([]);
  expect(lostKeysText(sound)).toBe("");
});

test("what happens to the one says nothing of the other", () => {
  const others = (ledger: Ledger): readonly Finding[] =>
    judge(ledger).findings.filter(({ checkId }) => checkId !== "bystander-unharmed");
  expect(others(lacking(() => true))).toEqual(others(sound));
  expect(of(without(without(sound, "step"), "runbook"))).toEqual(of(sound));
});

test("knowing less never accuses: answers that nobody saw turn no pass into a fail", () => {
  const ids = sound.entries.flatMap((one) =>
    one.kind === "bystander" && one.entry.kind === "operation" && one.entry.op !== "get" ? [one.entry.id] : [],
  );
  fc.assert(
    fc.property(fc.subarray(ids, { maxLength: 20 }), (some) => {
      const lost = new Set(some);
      const ledger = besideChanged(sound, (one) =>
        one.kind === "operation" && lost.has(one.id) && one.transaction === null
          ? { ...one, outcome: "unknown", revision: null, reason: "deadline" }
          : one,
      );
      expect(of(ledger).outcome).not.toBe("failed");
    }),
    { numRuns: 20 },
  );
});
