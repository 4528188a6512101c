/** Lease objects: a lost change, one that is held again and two holders are found, and what nobody can know is held against nobody. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { driveInMemory } from "../../../fixtures/in-memory/drive.ts";
import { withLeaseObjects } from "../../../fixtures/in-memory/lease-objects.ts";
import { soundDrill } from "../../../fixtures/defects/sound.ts";
import { AT, changed, entriesOf, without, withPlan } from "../../../fixtures/ledgers/build.ts";
import { AFTER, BEFORE, GIVEN_UP, HELD, leaseObjectsLedger } from "../../../fixtures/ledgers/lease-objects.ts";
import type { LeaseObjectEntry, Ledger } from "../../ledger/index.ts";
import { judge, type DrillResult, type Finding } from "../index.ts";

const sound = leaseObjectsLedger();
/** Everything was put back to what it was then, in the outage. */
const backTo = (ms: number): Ledger => leaseObjectsLedger([...BEFORE, { backTo: ms }, ...AFTER]);
/** The store goes back, and the drill says that it may. */
const mayGoBack = (ledger: Ledger): Ledger =>
  withPlan(ledger, {
    checks: ledger.header.plan.checks.map((one) =>
      one.id === "revision-not-back" ? { ...one, mayGoBack: true } : one,
    ),
  });
/** The recovery point lies before everything that was written of Lease objects, or after the first so many. */
const pointAfter = (writes: number, ledger: Ledger): Ledger => {
  const first = entriesOf(ledger, "lease-object").find(({ act }) => act !== "read");
  const revision = String(BigInt(first?.revision ?? 0) + BigInt(writes) - 1n);
  return changed(ledger, "recovery-point", (one) => ({ ...one, revision }));
};
const calls = (ledger: Ledger, which: (one: LeaseObjectEntry) => boolean, told: Partial<LeaseObjectEntry>): Ledger =>
  changed(ledger, "lease-object", (one) => (which(one) ? { ...one, ...told } : one));
const listed = (ledger: Ledger, node: string, name: string, says: Partial<LeaseObjectEntry> | null): Ledger =>
  changed(ledger, "lease-object-state", (one) => {
    if (one.node !== node) return one;
    const { holder, renewedAtUnixMs, revision, term } = { ...one.items?.find((item) => item.name === name), ...says };
    const others = one.items?.filter((item) => item.name !== name) ?? [];
    const item = {
      name,
      holder: holder ?? null,
      term: term ?? null,
      renewedAtUnixMs: renewedAtUnixMs ?? null,
      revision: revision ?? null,
    };
    return { ...one, items: says === null ? others : [...others, item] };
  });
const writeAt = (sentAtMs: number): LeaseObjectEntry => {
  const found = entriesOf(sound, "lease-object").find((one) => one.sentAtMs === sentAtMs && one.act !== "read");
  if (found === undefined) throw new Error(`nothing was written at ${sentAtMs}`);
  return found;
};
const UNKNOWN = { outcome: "unknown", reason: "deadline", revision: null } as const;

function find({ findings }: Pick<DrillResult, "findings">): Finding {
  const finding = findings.find((one) => one.checkId === "leases-sane");
  if (finding === undefined) throw new Error("no finding");
  return finding;
}
const found = (ledger: Ledger): Finding => find(judge(ledger));
const text = ({ details, summary }: Finding): string => [summary, ...details].join("\n");

test("a sound drill: passed, with what was acknowledged", () => {
  const finding = found(sound);
  expect(text(finding)).toMatch(
    /^Of 11 acknowledged changes of 2 Lease objects \(4 taken, 5 renewed, 2 given up\) 11 are there or were followed by one that is/,
  );
  expect(finding.outcome).toBe("passed");
});

describe("a planted bug: failed", () => {
  test.each<readonly [string, Ledger, RegExp]>([
    [
      "an acknowledged renewal is lost",
      backTo(9200),
      /renew by candidate-n2 in term 1 at revision \d+ is gone, candidate-n1 through n1 found candidate-n2 in term 1/,
    ],
    [
      "a hand-over is lost: nobody holds it",
      backTo(7000),
      /acquire by candidate-n2 in term 1 .* is gone, .* found nobody in term 0/,
    ],
    [
      "what was given up is held again by who gave it up",
      backTo(6000),
      /release by candidate-n1 in term 0 .* is gone, .* found candidate-n1 in term 0 at revision \d+, which candidate-n1 had given up/,
    ],
    [
      "one that was given up for good is held again, on one server",
      listed(sound, "n2", GIVEN_UP, writeAt(8600)),
      /1 acknowledged change\(s\) are gone, 1 of which had given one up that its old holder has again[^]*n2 in the end found candidate-n3 in term 0/,
    ],
    ["one that was given up is not there at all", listed(sound, "n3", GIVEN_UP, null), /n3 in the end found none/],
    [
      "a server shows the last holder no more",
      listed(sound, "n1", HELD, writeAt(9900)),
      /acquire by candidate-n1 in term 2 .* is gone, n1 in the end found candidate-n2 in term 1/,
    ],
    [
      "one says what nobody wrote",
      listed(sound, "n1", HELD, { term: 77 }),
      /n1 in the end found candidate-n1 in term 77/,
    ],
    [
      "one is there that nobody wrote",
      listed(sound, "n1", "drillbook.lease.x", writeAt(9900)),
      /drillbook\.lease\.x: n1 in the end found/,
    ],
    [
      "a term is given to two, one on either side of the recovery point",
      leaseObjectsLedger([...BEFORE, { backTo: 7000 }, ...AFTER]),
      /1 term\(s\) were acknowledged to two holders[^]*term 1 was acknowledged to candidate-n2 at revision \d+ and to candidate-n1 at revision/,
    ],
    [
      "the same by design, and the drill does not say that anything may begin again",
      pointAfter(3, backTo(7000)),
      /^Lease objects: 1 term\(s\) were acknowledged to two holders\.\n/,
    ],
    [
      "two hold it at one instant, whatever may begin again",
      mayGoBack(
        pointAfter(0, leaseObjectsLedger([...BEFORE.slice(0, -1), { backTo: 7000 }, [3, 9700, "acquire"], ...AFTER])),
      ),
      /candidate-n3 was told that it holds it in term 1 while candidate-n2 held it in term 1/,
    ],
    [
      "a change after the recovery point is lost, and a later one is there",
      pointAfter(
        0,
        mayGoBack(
          listed(
            listed(listed(sound, "n1", GIVEN_UP, writeAt(8600)), "n2", GIVEN_UP, writeAt(8600)),
            "n3",
            GIVEN_UP,
            writeAt(8600),
          ),
        ),
      ),
      /release by candidate-n3/,
    ],
    [
      "a loss after the recovery",
      mayGoBack(
        pointAfter(0, leaseObjectsLedger([...BEFORE, ...AFTER.slice(0, -2), { backTo: 9900 }, ...AFTER.slice(-2)])),
      ),
      /acquire by candidate-n1 in term 2 .* is gone/,
    ],
  ])("%s", (_what, ledger, says) => {
    const finding = found(ledger);
    expect(text(finding)).toMatch(says);
    expect(finding.outcome).toBe("failed");
  });

  test("a refused write that is there: the table of outcomes is wrong", () => {
    const isLast = (one: LeaseObjectEntry): boolean => one.sentAtMs === 22_000;
    expect(found(calls(sound, isLast, { outcome: "refused", reason: "conflict" })).outcome).toBe("broken");
  });
});

describe("allowed, and stated", () => {
  test("what was acknowledged after the recovery point is gone, where revisions may start again", () => {
    const finding = found(mayGoBack(pointAfter(3, backTo(7000))));
    expect(text(finding)).toMatch(
      /are gone by design, after the recovery point: 0 had been given up .* and 1 term\(s\) were acknowledged/,
    );
    expect(finding.outcome).toBe("passed");
  });

  test("what had been given up after it stands in its old holder's name", () => {
    const finding = found(mayGoBack(pointAfter(2, backTo(6000))));
    expect(text(finding)).toMatch(/: 1 had been given up and stood in their old holders' names again/);
    expect(finding.outcome).toBe("passed");
  });

  test.each([true, false])("a renewal of unknown outcome is there: %s", (isThere) => {
    const unknown = calls(isThere ? sound : backTo(9200), (one) => one.sentAtMs === 9900, UNKNOWN);
    expect(text(found(unknown))).toMatch(/^Of 10 acknowledged changes/);
    expect(found(unknown).outcome).toBe("passed");
  });
});

describe("without its data: no pass", () => {
  test.each<readonly [string, Ledger, RegExp]>([
    [
      "none was renewed before",
      calls(sound, (one) => one.act === "renew" && one.sentAtMs < AT.injecting, UNKNOWN),
      /none was renewed before the fault/,
    ],
    [
      "none was given up before",
      calls(sound, (one) => one.act === "release", UNKNOWN),
      /none was given up before the fault/,
    ],
    [
      "nobody holds it afterwards",
      calls(sound, (one) => one.act !== "read" && one.sentAtMs > AT.injecting, UNKNOWN),
      /nobody was told afterwards/,
    ],
    [
      "one server was not asked",
      without(sound, "lease-object-state", (one) => one.node === "n2"),
      /what the server of n2 has/,
    ],
    [
      "one server did not answer",
      changed(sound, "lease-object-state", (one) =>
        one.node === "n3" ? { ...one, items: null, reason: "deadline" } : one,
      ),
      /what the server of n3 has/,
    ],
    [
      "none changed hands",
      calls(sound, (one) => one.name === HELD && one.act !== "read", { term: 0 }),
      /none changed hands|found/,
    ],
  ])("%s", (_what, ledger, says) => {
    const finding = found(ledger);
    expect(text(finding)).toMatch(says);
    expect(finding.outcome).not.toBe("passed");
  });
});

test("knowing less never accuses: whatever is not answered, or not looked at", () => {
  const start = [sound, mayGoBack(pointAfter(3, backTo(7000))), mayGoBack(pointAfter(2, backTo(6000)))];
  expect(start.map((one) => found(one).outcome)).toEqual(["passed", "passed", "passed"]);
  fc.assert(
    fc.property(
      fc.constantFrom(...start),
      fc.constantFrom("calls", "lists", "point"),
      fc.infiniteStream(fc.boolean()),
      (ledger, kind, coin) => {
        const flip = (): boolean => coin.next().value === true;
        const less =
          kind === "calls"
            ? calls(ledger, flip, UNKNOWN)
            : kind === "lists"
              ? without(ledger, "lease-object-state", flip)
              : changed(ledger, "recovery-point", (one) => ({ ...one, revision: null }));
        expect(text(found(less))).not.toMatch(/^Lease objects/);
        expect(["failed", "broken"]).not.toContain(found(less).outcome);
      },
    ),
    { numRuns: 200 },
  );
});

test("a whole drill in memory that restores a backup beneath Lease objects: what they lose by that is told, and no more", async () => {
  const { result } = await driveInMemory((world, run) => {
    const made = soundDrill("restore", world, run);
    return { ...made, drill: { ...made.drill, system: withLeaseObjects(made.drill.system, world) } };
  });
  expect(text(find(result))).toMatch(/[1-9]\d* are gone by design, after the recovery point/);
  expect(find(result).outcome).toBe("passed");
});
