/** Forks on a cluster in memory, by the real runDrill and judged by the real judge. */
import { describe, expect, test } from "vitest";
import { soundDrill } from "../../fixtures/defects/sound.ts";
import { driveWithForkPoint, forkInMemory, type Build, type MemoryForkPoint } from "../../fixtures/in-memory/drive.ts";
import { judge } from "../integrity/index.ts";
import { recordOfForks } from "./fork-point.ts";
import type { Ledger, LedgerEntry } from "../ledger/index.ts";

const survivor: Build = (world, run) => soundDrill("survivor", world, run);
const withPage =
  (page: string): Build =>
  (world, run) => ({ ...soundDrill("survivor", world, run), page });

const NOTHING_HELPS = "# Page\n\n```sh step=look on=survivor\ntrue\n```\n";

async function forkPoint(build: Build = survivor): Promise<MemoryForkPoint> {
  const { taken } = await driveWithForkPoint(build);
  if (taken === null) throw new Error("no fork point was taken");
  return taken;
}

const outcomes = ({ findings }: ReturnType<typeof judge>): readonly string[] =>
  findings.flatMap(({ checkId, outcome }) =>
    outcome === "passed" || outcome === "skipped" ? [] : [`${checkId} ${outcome}`],
  );

describe("a fork", () => {
  test("passes from the broken state of a run whose page failed", async () => {
    const origin = await driveWithForkPoint(withPage(NOTHING_HELPS));
    expect(origin.result.outcome).toBe("failed");
    if (origin.taken === null) throw new Error("no fork point was taken");
    const { result, ledger } = await forkInMemory(origin.taken, survivor);
    expect(outcomes(result)).toEqual([]);
    expect(result.outcome).toBe("passed");
    expect(ledger.header.forkedFrom).toEqual({ runId: "run", atMs: origin.taken.point.atMs });
    expect(result.timeline.injectedAtMs).toBe(origin.result.timeline.injectedAtMs);
    expect(result.timeline.detectedAtMs).toBe(origin.result.timeline.detectedAtMs);
  });

  test("begins each time with the same record and the same data, and its origin goes on undisturbed", async () => {
    const { result, taken } = await driveWithForkPoint(survivor);
    expect(result.outcome).toBe("passed");
    if (taken === null) throw new Error("no fork point was taken");
    const [first, second] = [await forkInMemory(taken, survivor), await forkInMemory(taken, survivor)];
    for (const { result: forked } of [first, second]) expect(outcomes(forked)).toEqual([]);
    const begin = ({ ledger }: { readonly ledger: Ledger }): readonly LedgerEntry[] =>
      recordOfForks(
        ledger.entries.slice(
          0,
          ledger.entries.findIndex((one) => one.kind === "seam"),
        ),
      );
    expect(begin(first)).toEqual(taken.record);
    expect(begin(second)).toEqual(taken.record);
  });

  test("of operations under way knows nothing, and uses none of their keys again", async () => {
    const taken = await forkPoint();
    expect(taken.point.underWay.length).toBeGreaterThan(0);
    const { ledger } = await forkInMemory(taken, survivor);
    const operations = ledger.entries.filter((one) => one.kind === "operation");
    const open = new Set(taken.point.underWay.map(({ id }) => id));
    const seam = operations.filter(({ id }) => open.has(id));
    expect(new Set(seam.map(({ outcome, atMs }) => `${outcome} ${atMs}`))).toEqual(
      new Set([`unknown ${taken.point.atMs}`]),
    );
    const keys = new Set(seam.flatMap(({ op, key }) => (op === "get" ? [] : [key])));
    const later = operations.filter(({ sentAtMs, op }) => op !== "get" && sentAtMs > taken.point.atMs);
    expect(later.length).toBeGreaterThan(0);
    expect(later.filter(({ key }) => keys.has(key))).toEqual([]);
    // Keys of before are written again all the same: what is overwritten after the recovery must not be resurrected.
    const before = new Set(taken.record.flatMap((one) => (one.kind === "operation" ? [one.key] : [])));
    expect(later.some(({ key }) => before.has(key))).toBe(true);
  });

  test("never passes when the fault of its origin was not confirmed", async () => {
    const taken = await forkPoint();
    const record = taken.record.map((one) =>
      one.kind === "witness" && one.when === "after" ? { ...one, seen: null } : one,
    );
    const { result } = await forkInMemory({ ...taken, record }, survivor);
    expect(result.fault.proof).toBe("inconclusive");
    expect(result.outcome).toBe("inconclusive");
  });

  test("is broken when a member that ran does not come up again", async () => {
    const taken = await forkPoint();
    taken.store.wipe("n1");
    const { result } = await forkInMemory(taken, survivor);
    expect(result.outcome).toBe("broken");
    expect(result.notes.join()).toMatch(/n1: killed and started again at the fork point/);
  });
});

describe("a record with a seam", () => {
  const changed = async (change: (entry: LedgerEntry) => readonly LedgerEntry[]): Promise<ReturnType<typeof judge>> => {
    const { ledger } = await forkInMemory(await forkPoint(), survivor);
    return judge({ ...ledger, entries: ledger.entries.flatMap(change) });
  };

  test.each<[string, (entry: LedgerEntry) => readonly LedgerEntry[], RegExp]>([
    [
      "starts a member that did not run",
      (one) =>
        one.kind === "process" && one.actor === "fork" && one.event === "started"
          ? [one, { ...one, node: "n2" }]
          : [one],
      /n2\/memory, which did not run at its fork point/,
    ],
    ["has no seam", (one) => (one.kind === "seam" ? [] : [one]), /do not say the same of a fork/],
    [
      "has two seams",
      (one) => (one.kind === "seam" ? [one, one] : [one]),
      /that the seam of a fork begins is on record 2 times/,
    ],
    [
      "has a deed of before behind the seam",
      (one) => (one.kind === "detection" ? [{ ...one, atMs: 1e6 }] : [one]),
      /detection at 1000000 ms stands on the wrong side/,
    ],
  ])("is broken when it %s", async (_what, change, note) => {
    const result = await changed(change);
    expect(result.outcome).toBe("broken");
    expect(result.notes.join()).toMatch(note);
  });
});
