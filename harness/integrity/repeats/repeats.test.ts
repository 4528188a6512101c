import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { healthyLedger, PAGE_RECORD, without, withEntries } from "../../../fixtures/ledgers/build.ts";
import { OBJECTIVE_S, syntheticSet, type SyntheticRun } from "../../../fixtures/repeats.ts";
import { judge, judgeRepeats, repeatsJsonSchema, runOfSet, serializeRepeats, type RepeatsResult } from "../index.ts";
import { setRecord, type Ledger, type LedgerEntry, type SetLine } from "../../ledger/index.ts";
import "../../../fixtures/property-seed.ts";

const TROUBLE: LedgerEntry = {
  kind: "trouble",
  atMs: 12_000,
  outcome: "broken",
  phase: "run",
  message: "out of memory",
};

const FAST: SyntheticRun = [20, 20.5];
const SLOW: SyntheticRun = [OBJECTIVE_S + 10, OBJECTIVE_S + 11];
const ASTRIDE: SyntheticRun = {
  outcome: "inconclusive",
  recoveryTimeMs: { low: (OBJECTIVE_S - 1) * 1000, high: (OBJECTIVE_S + 1) * 1000, censored: false },
};
const NEVER: SyntheticRun = { moreThanS: OBJECTIVE_S + 30 };
const UNKNOWN: SyntheticRun = {
  outcome: "inconclusive",
  says: "unknown",
  why: "time-trustworthy: it lagged",
  recoveryTimeMs: { low: 1, high: 2, censored: false },
};
const NOTHING: SyntheticRun = {
  outcome: "broken",
  says: "nothing",
  why: "no fault was injected",
  lossObjectiveMet: null,
  lostWrites: null,
};

const times = (count: number, run: SyntheticRun): readonly SyntheticRun[] => Array.from({ length: count }, () => run);
function judged(runs: readonly SyntheticRun[], options: Parameters<typeof syntheticSet>[1] = {}): RepeatsResult {
  const { record, judged: said } = syntheticSet(runs, options);
  return judgeRepeats(record, said);
}

describe("the objective of repeats is about the interval of p95", () => {
  test.each([
    ["58 that are all within it: no upper bound yet", times(58, FAST), "not-decided", 59],
    ["59 that are all within it", times(59, FAST), "met", null],
    ["one of 59 beyond it", [...times(58, FAST), SLOW], "not-decided", 93],
    ["one of 93 beyond it", [...times(92, FAST), SLOW], "met", null],
    ["one of 59 on both sides of it", [...times(58, FAST), ASTRIDE], "not-decided", 93],
    ["one of 59 that never recovered", [...times(58, FAST), NEVER], "not-decided", 93],
    ["one of 59 of unknown time, though its number would be good", [...times(58, FAST), UNKNOWN], "not-decided", 93],
    ["59 good ones and many in which nothing was injected", [...times(59, FAST), ...times(30, NOTHING)], "met", null],
    ["two that are both beyond it", times(2, SLOW), "missed", null],
    ["two that never recovered", times(2, NEVER), "missed", null],
    ["two of unknown time", times(2, UNKNOWN), "not-decided", 124],
    ["three on both sides of it", times(3, ASTRIDE), "not-decided", 153],
    ["none", [], "not-decided", null],
    ["nothing but runs without injection", times(5, NOTHING), "not-decided", 59],
  ] as const)("%s", (_, runs, verdict, needed) => {
    const { recoveryTime } = judged(runs);
    expect(recoveryTime.verdict).toBe(verdict);
    expect(recoveryTime.runsNeeded).toBe(needed);
  });

  test("the number that is needed is the number that decides", () => {
    const { recoveryTime } = judged([...times(10, FAST), SLOW, SLOW]);
    const needed = recoveryTime.runsNeeded ?? 0;
    expect(judged([...times(needed - 3, FAST), SLOW, SLOW]).recoveryTime.verdict).toBe("not-decided");
    expect(judged([...times(needed - 2, FAST), SLOW, SLOW]).recoveryTime.verdict).toBe("met");
  });

  test("with looks after each run it takes more: 68", () => {
    const plan = { kind: "until-confident", atMost: 200 } as const;
    expect(judged(times(67, FAST), { plan: { ...plan, atMost: 67 }, ended: "cap" })).toMatchObject({
      stopping: "anytime",
      recoveryTime: { verdict: "not-decided", runsNeeded: 68 },
    });
    expect(judged(times(68, FAST), { plan, ended: "decided" })).toMatchObject({
      outcome: "passed",
      recoveryTime: { verdict: "met" },
    });
  });

  test("a set that somebody ended is judged as one that could end at any time", () => {
    const plan = { kind: "repeat", runs: 100 } as const;
    expect(judged(times(60, FAST), { plan, ended: "interrupted" })).toMatchObject({
      outcome: "interrupted",
      stopping: "anytime",
      recoveryTime: { verdict: "not-decided" },
    });
    expect(judged(times(60, FAST))).toMatchObject({
      outcome: "passed",
      stopping: "fixed",
      recoveryTime: { verdict: "met" },
    });
  });
});

describe("no statistic hides a run", () => {
  test.each([
    ["a run that failed among 99 that passed", [...times(99, FAST), { outcome: "failed" }], "failed", "met"],
    ["a run that never recovered", [...times(99, FAST), NEVER], "failed", "met"],
    ["a broken run", [...times(99, FAST), NOTHING], "broken", "met"],
    ["an inconclusive run", [...times(99, FAST), UNKNOWN], "inconclusive", "met"],
    ["a run that came to nothing", [...times(99, FAST), { kind: "run-refused", message: "no etcd" }], "broken", "met"],
    ["a run that was cut off", [...times(199, FAST), { kind: "cut-off" }], "interrupted", "met"],
    ["an objective that is not decided", times(5, FAST), "inconclusive", "not-decided"],
    ["no run at all", [], "inconclusive", "not-decided"],
  ] as const)("%s", (_, runs, outcome, verdict) => {
    const result = judged(runs);
    expect([result.outcome, result.recoveryTime.verdict]).toEqual([outcome, verdict]);
    expect(result.runs).toHaveLength(runs.length);
    const { measured, censored, unknown, nothing, begun } = result.counts;
    expect(measured + censored + unknown + nothing).toBe(begun);
  });

  test("a problem beside the record breaks its run, and its time counts no more", () => {
    const { record, lines, judged: said } = syntheticSet(times(59, FAST));
    const troubled = lines.map((line) =>
      line.kind === "run-over" && line.index === 4 ? { ...line, problems: ["no space left"] } : line,
    );
    const result = judgeRepeats(setRecord(record.header, troubled), said);
    expect(result).toMatchObject({
      outcome: "broken",
      counts: { unknown: 1 },
      recoveryTime: { verdict: "not-decided" },
    });
    expect(result.runs[3]?.why).toContain("no space left");
  });

  test("runs that are not of one kind are no sample of anything", () => {
    const { record, judged: said } = syntheticSet(times(59, FAST));
    const [[id, one] = ["", undefined]] = said;
    if (one === undefined) throw new Error("no run");
    const result = judgeRepeats(record, new Map(said).set(id, { ...one, kind: "another page" }));
    expect(result).toMatchObject({ outcome: "inconclusive", recoveryTime: { verdict: "not-decided" } });
    expect(result.notes.join(" ")).toContain("not of one kind");
  });

  test("knowing less of a run never decides more, and never accuses", () => {
    const kinds = fc.constantFrom(FAST, FAST, FAST, FAST, SLOW, NEVER, ASTRIDE, UNKNOWN);
    const runs = fc.array(kinds, { minLength: 1, maxLength: 130 });
    fc.assert(
      fc.property(runs, fc.nat(129), fc.constantFrom("all-run", "interrupted"), (given, at, ended) => {
        const before = judged(given, { ended }).recoveryTime.verdict;
        const after = judged(given.with(at % given.length, UNKNOWN), { ended }).recoveryTime.verdict;
        expect(["not-decided", before]).toContain(after);
      }),
    );
  });
});

describe("a record with a hole proves nothing", () => {
  const LOST: SyntheticRun = { outcome: "failed", lossObjectiveMet: false, lostWrites: 12 };
  const of =
    (index: number) =>
    (line: SetLine): boolean =>
      "index" in line && line.index === index;
  const isOver = (line: SetLine): boolean => line.kind === "run-over";
  const over = (lines: readonly SetLine[], index: number): SetLine =>
    lines.find((line) => isOver(line) && of(index)(line)) ?? END;
  const END: SetLine = { kind: "set-ended", because: "all-run" };
  const sameRunId = (line: SetLine): SetLine => (line.kind === "run-over" ? { ...line, runId: "one" } : line);

  test.each<readonly [string, (lines: readonly SetLine[]) => readonly SetLine[], string]>([
    ["both lines of the last run", (lines) => lines.filter((line) => !of(60)(line)), "60 runs were run, and 59"],
    [
      "both lines of a run in the middle",
      (lines) => lines.filter((line) => !of(30)(line)),
      "Run 31 begins where run 30",
    ],
    [
      "the beginning of the run that lost writes",
      (lines) => lines.filter((line) => isOver(line) || !of(60)(line)),
      "Run 60 is over where no run had begun",
    ],
    [
      "what came of a run",
      (lines) => lines.filter((line) => !isOver(line) || !of(30)(line)),
      "nothing is on record of what came of run 30",
    ],
    [
      "what came of the last run",
      (lines) => lines.filter((line) => !isOver(line) || !of(60)(line)),
      "nothing is on record of what came of run 60",
    ],
    ["one run is counted in every line", (lines) => lines.map(sameRunId), "The run one is in it more than once"],
    [
      "another run is over under an index that is over",
      (lines) =>
        lines.flatMap((line) =>
          isOver(line) && of(60)(line) ? [{ ...over(lines, 59), runId: "x" } as SetLine] : [line],
        ),
      "Run 59 is over where run 60 should be",
    ],
    [
      "a run begins twice",
      (lines) => lines.flatMap((line) => (of(30)(line) && !isOver(line) ? [line, line] : [line])),
      "Run 30 begins",
    ],
    [
      "a line after the end",
      (lines) => [...lines, { kind: "run-begins", index: 61, seed: 67 }],
      "behind the end of the set",
    ],
    ["two ends", (lines) => [...lines, END], "behind the end of the set"],
    [
      "a seed that is not the next",
      (lines) => lines.map((line) => (line.kind === "run-begins" && line.index === 30 ? { ...line, seed: 7 } : line)),
      "Run 30 has the seed 7",
    ],
    [
      "more runs than asked for",
      (lines) => [...lines.slice(0, -1), { kind: "run-begins", index: 61, seed: 67 }],
      "no more than 60",
    ],
    [
      "another kind's end",
      (lines) => lines.with(lines.length - 1, { kind: "set-ended", because: "decided" }),
      'does not end by "decided"',
    ],
  ])("%s", (_, plant, said) => {
    const { record, lines, judged: runs } = syntheticSet([...times(59, FAST), FAST]);
    expect(judgeRepeats(setRecord(record.header, lines), runs)).toMatchObject({ outcome: "passed" });
    const holed = judgeRepeats(setRecord(record.header, plant(lines)), runs);
    expect(holed).toMatchObject({
      outcome: "broken",
      recoveryTime: { verdict: "not-decided" },
      loss: { withLossShareAtMost: 1, beyondObjectiveShareAtMost: 1 },
    });
    expect(holed.notes.join(" ")).toContain(said);
  });

  test("a run that failed stays failed in it", () => {
    const { record, lines, judged: runs } = syntheticSet([...times(59, FAST), LOST]);
    const holed = lines.filter((line) => !of(30)(line));
    expect(judgeRepeats(setRecord(record.header, holed), runs).outcome).toBe("failed");
  });

  test("fewer runs than were asked for are not all", () => {
    const result = judged(times(59, FAST), { plan: { kind: "repeat", runs: 100 } });
    expect(result).toMatchObject({ outcome: "broken", recoveryTime: { verdict: "not-decided" } });
  });

  test("a run whose own record has another seed", () => {
    const { record, judged: said } = syntheticSet(times(59, FAST));
    const [[id, one] = ["", undefined]] = said;
    if (one === undefined) throw new Error("no run");
    const result = judgeRepeats(record, new Map(said).set(id, { ...one, seed: 1000 }));
    expect(result).toMatchObject({ outcome: "broken", recoveryTime: { verdict: "not-decided" } });
  });

  test("seeds go on with 0 after the largest", () => {
    const plan = { kind: "repeat", runs: 2 } as const;
    const header = { ...syntheticSet([], { plan }).record.header, seed: 2 ** 32 - 1 };
    const lines = [2 ** 32 - 1, 0].flatMap((seed, at): readonly SetLine[] => [
      { kind: "run-begins", index: at + 1, seed },
      { kind: "run-over", index: at + 1, runId: `run-${at}`, problems: [] },
    ]);
    expect(setRecord(header, lines).flaws).toEqual([]);
  });
});

describe("losses", () => {
  test("none in 59 runs: at most 4.95 % of all runs", () => {
    const { loss } = judged(times(59, FAST));
    expect(loss).toMatchObject({ runs: 59, withLoss: 0, beyondObjective: 0, unknown: 0, mostLostWrites: 0 });
    expect(loss.withLossShareAtMost).toBeCloseTo(1 - 0.05 ** (1 / 59), 9);
  });

  test("a run whose loss is not known counts in the bound; one without injection does not count at all", () => {
    const known = judged(times(58, FAST)).loss;
    const blurred = judged([
      ...times(58, FAST),
      { lostWrites: null, lossObjectiveMet: null, outcome: "inconclusive" },
      NOTHING,
    ]).loss;
    expect(blurred).toMatchObject({ runs: 59, unknown: 1 });
    expect(blurred.withLossShareAtMost).toBeGreaterThan(known.withLossShareAtMost);
  });

  test("a loss within the objective is a loss all the same", () => {
    const { loss } = judged([...times(19, FAST), { lostWrites: 3, lossObjectiveMet: true }]);
    expect(loss).toMatchObject({ withLoss: 1, beyondObjective: 0, mostLostWrites: 3 });
    expect(loss.withLossShareAtMost).toBeGreaterThan(loss.beyondObjectiveShareAtMost);
  });
});

describe("what a judged run says", () => {
  const saysOf = (ledger: Ledger) => runOfSet(ledger, judge(ledger)).run;

  test("a sound run is measured", () => {
    expect(saysOf(healthyLedger())).toMatchObject({ outcome: "passed", says: "measured", why: null, lostWrites: 0 });
  });

  test.each([
    ["no injection", (ledger) => without(ledger, "fault"), "nothing", "no fault"],
    ["no witness", (ledger) => without(ledger, "witness"), "unknown", "fault-confirmed"],
    ["nobody watched the event loop", (ledger) => without(ledger, "loop-lag"), "unknown", "time-trustworthy"],
    ["no end", (ledger) => without(ledger, "end"), "unknown", "cut short"],
    ["the harness was in trouble", (ledger) => withEntries(ledger, [TROUBLE]), "unknown", "out of memory"],
  ] as readonly (readonly [string, (ledger: Ledger) => Ledger, string, string])[])("%s", (_, plant, says, why) => {
    const run = saysOf(plant(healthyLedger()));
    expect(run.says).toBe(says);
    expect(run.why).toContain(why);
  });

  test("its seed and its name do not make it another kind; its page does", () => {
    const ledger = healthyLedger();
    const kindOf = (header: typeof ledger.header): string => runOfSet({ ...ledger, header }, judge(ledger)).kind;
    expect(kindOf({ ...ledger.header, seed: 99, runId: "another", startedAt: "2026-01-01T00:00:00.000Z" })).toBe(
      kindOf(ledger.header),
    );
    expect(kindOf({ ...ledger.header, runbook: { ...PAGE_RECORD, sha256: "0" } })).not.toBe(kindOf(ledger.header));
  });
});

// `npx vitest run harness/integrity/repeats -u` writes it anew after a wanted change.
test("the published JSON Schema is that of the code", async () => {
  await expect(`${JSON.stringify(repeatsJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(
    "../../../docs/repeats.schema.json",
  );
});

test("the same set gives the same bytes", () => {
  const runs = [...times(5, FAST), SLOW, NEVER, UNKNOWN, NOTHING];
  expect(serializeRepeats(judged(runs))).toBe(serializeRepeats(judged(runs)));
});
