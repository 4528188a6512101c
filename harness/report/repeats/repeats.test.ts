import { XMLParser } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { syntheticSet, type SyntheticRun } from "../../../fixtures/repeats.ts";
import { judgeRepeats, type RepeatsResult } from "../../integrity/index.ts";
import { renderRepeatsJunit } from "./junit.ts";
import { renderRepeatsPage } from "./page.ts";
import { renderRepeatsSummary } from "./summary.ts";
import { renderRepeatsVerdict } from "./verdict.ts";
import { percentUp } from "./words.ts";

const HOSTILE = "<script>alert(1)</script> ]]> \u001b[31m | [x](http://evil) \u202e";
const MIXED: readonly SyntheticRun[] = [
  [20.004, 20.501],
  [21, 21.2],
  { moreThanS: 90 },
  { outcome: "inconclusive", says: "unknown", why: HOSTILE },
  { kind: "run-refused", message: HOSTILE },
  { kind: "cut-off" },
];

function judged(runs: readonly SyntheticRun[], options: Parameters<typeof syntheticSet>[1] = {}): RepeatsResult {
  const { record, judged: said } = syntheticSet(runs, options);
  return judgeRepeats(record, said);
}

const inTerminal = (result: RepeatsResult): string =>
  renderRepeatsVerdict(result, { color: false, reportFile: "reports/set/report.html" });

describe("a set with every kind of run", () => {
  const result = judged(MIXED);

  test("the page names every run, links to those that have a folder, and draws all of them", () => {
    const html = renderRepeatsPage(result);
    for (const { runId, seed } of result.runs) {
      expect(html).toContain(`>${seed}<`);
      if (runId !== null) expect(html).toContain(`<a href="../${runId}/report.html">`);
    }
    expect(html.match(/<svg/g)).toHaveLength(2);
    expect(html).toContain("longer than watched (not dropped, not set to the time-out)");
    expect(html).toContain("counted as if it could have been anything");
  });

  test("nothing from outside acts in any format", () => {
    expect(renderRepeatsPage(result)).not.toContain("<script");
    expect(renderRepeatsSummary(result)).not.toContain("<script");
    expect(inTerminal(result)).not.toContain("\u001b");
    for (const text of [
      renderRepeatsPage(result),
      renderRepeatsSummary(result),
      renderRepeatsJunit(result),
      inTerminal(result),
    ]) {
      expect(text).not.toContain("\u202e");
    }
  });

  test("in JUnit only what passed is green", () => {
    const { testsuites } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" }).parse(
      renderRepeatsJunit(result),
    ) as {
      testsuites: { testsuite: { testcase: readonly { name: string; failure?: unknown; error?: unknown }[] } };
    };
    const cases = testsuites.testsuite.testcase;
    const green = cases.filter(({ failure, error }) => failure === undefined && error === undefined);
    expect(cases).toHaveLength(7);
    expect(green.map(({ name }) => name)).toEqual(["run 1, seed 7", "run 2, seed 8"]);
  });

  test("a time that is not to be relied on is not shown as one", () => {
    expect(renderRepeatsSummary(result)).toContain("not known \\(on record:");
  });

  test("the same result gives the same bytes", () => {
    expect(renderRepeatsPage(result)).toBe(renderRepeatsPage(judged(MIXED)));
  });
});

test("a set that decides nothing takes nothing from the runs that passed", () => {
  const result = judged([
    [20, 21],
    [20, 21],
  ]);
  expect(result.outcome).toBe("inconclusive");
  for (const text of [renderRepeatsPage(result), renderRepeatsSummary(result), renderRepeatsJunit(result)]) {
    expect(text).not.toContain("nothing is proven");
    expect(text).toContain("what each run shows stands");
  }
});

test.each<readonly [string, readonly SyntheticRun[], readonly string[]]>([
  [
    "few runs",
    [
      [20, 21],
      [20, 21],
    ],
    ["INCONCLUSIVE", "no upper bound", "not decided", "takes 59 runs, all of them surely within it"],
  ],
  [
    "enough runs",
    Array.from({ length: 59 }, () => [20, 21] as const),
    ["PASSED", "at least 20.00 s, at most 21.00 s", ": met", "0 of 59 runs lost", "at most 5.0 %"],
  ],
  [
    "two that never recovered",
    [{ moreThanS: 90 }, { moreThanS: 90 }],
    ["FAILED", "p95: no estimate; at least 90.00 s, no upper bound", ": missed"],
  ],
  ["no run", [], ["INCONCLUSIVE", "no run"]],
])("the verdict of %s", (_, runs, said) => {
  for (const text of said) expect(inTerminal(judged(runs))).toContain(text);
  expect(renderRepeatsPage(judged(runs))).toContain("</html>");
});

test("a set that could be stopped at any run says that its bounds allow for it", () => {
  const plan = { kind: "until-confident", atMost: 200 } as const;
  expect(inTerminal(judged([[20, 21]], { plan, ended: "interrupted" }))).toContain(
    "although one could stop at any run",
  );
  expect(inTerminal(judged([[20, 21]], { plan, ended: "interrupted" }))).toContain("interrupted, of at most 200");
});

test("bounds of shares are rounded up", () => {
  expect(percentUp(0.0495)).toBe("5.0 %");
  expect(percentUp(0.1)).toBe("10.0 %");
  expect(percentUp(0.10001)).toBe("10.1 %");
});
