import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OUTCOMES_WORST_FIRST, type Outcome } from "../../core/index.ts";
import { misfit } from "../../../fixtures/reports/published-schema.ts";
import { isOfShard } from "../../ledger/index.ts";
import { parseSuite, serializeSuite, suiteJsonSchema } from "./suite-schema.ts";
import { judgeSuite, mergeSuites, type SuiteDrill, type SuitePart, type SuiteResult, type SuiteRun } from "./suite.ts";

const SUITE_KINDS = ["run", "control", "controls", "repeats", "both-pages"] as const satisfies SuiteDrill["kind"][];
const SELECTED = ["a", "b.one", "b.two", "c"];

function drill(drillId: string, outcome: Outcome = "passed"): SuiteDrill {
  const run: SuiteRun = {
    runId: `run-${drillId}`,
    seed: 7,
    page: "as-written",
    outcome,
    recoveryTimeMs: { low: 1000, high: 1200.5, censored: false },
    lostWrites: { low: 0, high: 2 },
    timeSpentMs: { page: 1000, cluster: 500.25, declared: 10_000, harness: 99.75 },
  };
  return {
    drillId,
    kind: "run",
    outcome,
    proves: `that ${drillId} recovers`,
    says: [],
    reading: null,
    seeds: [{ seed: 7, outcome }],
    runs: [run],
  };
}

function part(change: Partial<SuitePart> = {}): SuitePart {
  return {
    suiteId: "suite-1",
    startedAt: "2026-01-02T03:04:05.000Z",
    seeds: [7],
    shard: null,
    selected: SELECTED,
    drills: SELECTED.map((id) => drill(id)),
    notStarted: [],
    skipped: [],
    ...change,
  };
}

const shard = (index: number, of: number, ids: readonly string[]): SuitePart =>
  part({ suiteId: `suite-${index}`, shard: { index, of }, drills: ids.map((id) => drill(id)) });

describe("several drills together", () => {
  test("pass when each of them did, and say how the time was spent", () => {
    const result = judgeSuite(part());
    expect(result).toMatchObject({ outcome: "passed", because: [] });
    expect(result.timeSpentMs).toEqual({ page: 4000, cluster: 2001, declared: 40_000, harness: 399 });
    expect(parseSuite(serializeSuite(result))).toEqual(result);
  });

  test.each(OUTCOMES_WORST_FIRST)("are %s when the worst of them is", (outcome) => {
    const drills = [drill("a"), drill("b.one"), drill("b.two", outcome), drill("c")];
    expect(judgeSuite(part({ drills })).outcome).toBe(outcome);
  });

  test.each<[why: string, change: Partial<SuitePart>, outcome: Outcome, says: RegExp]>([
    [
      "one has no verdict",
      { drills: [drill("a"), drill("b.one"), drill("c")] },
      "inconclusive",
      /b\.two has no verdict/,
    ],
    [
      "one was not started",
      { drills: [drill("a"), drill("b.one"), drill("c")], notStarted: [{ drillId: "b.two", because: "no etcd" }] },
      "broken",
      /b\.two was not started: no etcd/,
    ],
    [
      "one is there twice",
      { drills: [...SELECTED, "a"].map((id) => drill(id)) },
      "broken",
      /a is there more than once/,
    ],
    ["one was not asked for", { drills: [...SELECTED, "d"].map((id) => drill(id)) }, "broken", /d is not among/],
    ["nothing was asked for", { drills: [], selected: [] }, "inconclusive", /No drill has a verdict/],
  ])("do not pass when %s", (_why, change, outcome, says) => {
    const result = judgeSuite(part(change));
    expect(result.outcome).toBe(outcome);
    expect(result.because.join("\n")).toMatch(says);
  });
});

test("a drill that cannot be done here takes nothing from the others, and alone is no pass", () => {
  const skipped = [{ drillId: "c", because: "no bridge" }];
  const three = SELECTED.slice(0, 3).map((id) => drill(id));
  expect(judgeSuite(part({ drills: three, skipped })).outcome).toBe("passed");
  expect(judgeSuite(part({ selected: ["c"], drills: [], skipped })).outcome).toBe("inconclusive");
});

describe("shards", () => {
  test("are judged by their own drills alone", () => {
    expect(judgeSuite(shard(1, 2, ["a", "b.two"])).outcome).toBe("passed");
    expect(judgeSuite(shard(1, 2, ["a"]))).toMatchObject({
      outcome: "inconclusive",
      because: ["b.two has no verdict."],
    });
  });

  test("together are the whole", () => {
    const result = mergeSuites([shard(2, 2, ["b.one", "c"]), shard(1, 2, ["a", "b.two"])]);
    expect(result.outcome).toBe("passed");
    expect(result.drills.map(({ drillId }) => drillId)).toEqual(SELECTED);
  });

  test("that are not all there pass nothing", () => {
    expect(mergeSuites([shard(1, 2, ["a", "b.two"])])).toMatchObject({
      outcome: "inconclusive",
      because: ["b.one has no verdict.", "c has no verdict."],
    });
  });

  test.each<[why: string, parts: readonly SuitePart[]]>([
    ["the same one twice", [shard(1, 2, ["a", "b.two"]), shard(1, 2, ["b.one", "c"])]],
    [
      "of other drills",
      [shard(1, 2, ["a", "b.two"]), { ...shard(2, 2, ["b.one", "c"]), selected: ["a", "b.one", "c"] }],
    ],
    ["of another number", [shard(1, 2, ["a", "b.two"]), shard(2, 3, ["b.one", "c"])]],
    ["a whole beside a shard", [part(), shard(1, 2, ["a"])]],
  ])("that do not belong together are broken: %s", (_why, parts) => {
    expect(mergeSuites(parts).outcome).toBe("broken");
  });

  test("have each drill once, whatever their number", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 9 }), (drills, of) => {
        const all = Array.from({ length: of }, (_, index) =>
          drills.filter((_drill, place) => isOfShard(place, { index: index + 1, of })),
        ).flat();
        expect(all.toSorted()).toEqual(drills.toSorted());
      }),
    );
  });
});

describe("suite.json", () => {
  // `npx vitest run harness/integrity/suite -u` writes it anew after a wanted change.
  test("has the published JSON Schema of the code", async () => {
    await expect(`${JSON.stringify(suiteJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(
      "../../../docs/suite.schema.json",
    );
  });

  const unlike: SuiteRun = {
    runId: "run-of-a-control",
    seed: 8,
    page: "corrected",
    outcome: "interrupted",
    recoveryTimeMs: { low: 1000.5, high: null, censored: true },
    lostWrites: null,
    timeSpentMs: { page: 0, cluster: 0, declared: 0, harness: 0.001 },
  };
  test.each<[what: string, suite: SuiteResult]>([
    ["one command", judgeSuite(part())],
    ["nothing at all", judgeSuite(part({ selected: [], drills: [] }))],
    ["a shard", judgeSuite(shard(1, 2, ["a", "b.two"]))],
    ["merged shards", mergeSuites([shard(1, 2, ["a", "b.two"]), shard(2, 2, ["b.one", "c"])])],
    [
      "drills of all kinds, also without a verdict",
      judgeSuite(
        part({
          drills: SUITE_KINDS.map((kind) => ({
            ...drill(kind),
            kind,
            says: ["a word"],
            reading: { order: "up", leftovers: "stay" },
            seeds: [
              { seed: 7, outcome: "passed" },
              { seed: 8, outcome: null },
            ],
            runs: [unlike],
          })),
          notStarted: [{ drillId: "b.one", because: "no etcd" }],
          skipped: [{ drillId: "c", because: "no bridge" }],
        }),
      ),
    ],
  ])("fits the published schema: %s", (_what, suite) => {
    expect(misfit("suite", serializeSuite(suite))).toBeNull();
  });

  test.each([
    ['"schemaVersion": 2', '"schemaVersion": 1'],
    ['"outcome": "passed"', '"outcome": "splendid"'],
    ['"because": [],', ""],
    ['"notStarted"', '"notBegun"'],
    ['"seed": 7', '"seed": 7.5'],
    ['"page": "as-written"', '"page": "unwritten"'],
  ])("does not fit it with %s as %s", (was, is) => {
    const json = serializeSuite(judgeSuite(part()));
    expect(json).toContain(was);
    expect(misfit("suite", json.replace(was, is))).not.toBeNull();
    expect(() => parseSuite(json.replace(was, is))).toThrow();
  });
});
