import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_STEP_TIMEOUT_MS } from "./attributes.ts";
import { readMarkdown } from "./markdown.ts";
import { unknownChoices } from "./choices.ts";
import { parseRunbook } from "./parse.ts";
import { formatProblem, stepsOf, type RunbookProblemCode } from "./runbook.ts";

const codesOf = (text: string): readonly (readonly [number, RunbookProblemCode])[] =>
  parseRunbook(text, "page.md").problems.map((problem) => [problem.line, problem.code] as const);

describe("a sound page", () => {
  const text = [
    "# Bring `etcd` back",
    "",
    "Look first.",
    "",
    "```sh step=look on=survivor effect=none",
    "etcdctl member list",
    "```",
    "",
    "```sh",
    "for reading",
    "```",
    "",
    "    indented, for reading",
    "",
    "1. Then:",
    "",
    "   ~~~bash on=replacement-1 timeout=5m step=add",
    "   cd /",
    "     etcdctl member add n2",
    "   ~~~",
    "",
    "> ```sh step=quoted on=workstation",
    "> true",
    "> ```",
  ].join("\n");
  const runbook = parseRunbook(text, "pages/page.md");

  test("has its title, no problem, and every block in order", () => {
    expect(runbook.title).toBe("Bring etcd back");
    expect(runbook.problems).toEqual([]);
    expect(runbook.blocks.map((block) => [block.kind, block.line])).toEqual([
      ["step", 5],
      ["prose", 9],
      ["prose", 13],
      ["step", 17],
      ["step", 22],
    ]);
  });

  test("has steps with the attributes of their fences, in any order, and with their text as the reader sees it", () => {
    expect(stepsOf(runbook)).toEqual([
      {
        kind: "step",
        part: "recovery",
        line: 5,
        id: "look",
        role: "survivor",
        timeoutMs: DEFAULT_STEP_TIMEOUT_MS,
        acts: false,
        namesCluster: false,
        onlyIf: null,
        text: "etcdctl member list",
      },
      {
        kind: "step",
        part: "recovery",
        line: 17,
        id: "add",
        role: "replacement-1",
        timeoutMs: 300_000,
        acts: true,
        namesCluster: false,
        onlyIf: null,
        text: "cd /\n  etcdctl member add n2",
      },
      {
        kind: "step",
        part: "recovery",
        line: 22,
        id: "quoted",
        role: "workstation",
        timeoutMs: DEFAULT_STEP_TIMEOUT_MS,
        acts: true,
        namesCluster: false,
        onlyIf: null,
        text: "true",
      },
    ]);
  });

  test("has the sum of its text as sha256sum prints it", () => {
    expect(parseRunbook("é\n", "x").sha256).toBe("edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c2");
  });

  test("reads the same with the line ends of Windows", () => {
    expect(parseRunbook(text.replaceAll("\n", "\r\n"), "pages/page.md").blocks).toEqual(runbook.blocks);
  });
});

test("a page without a heading is called by its file name; an empty page has no problem and no block", () => {
  expect(parseRunbook("", "pages/page.md")).toMatchObject({ title: "page.md", blocks: [], problems: [] });
});

test("a step that names the cluster is known, and a second one is a problem", () => {
  const named = (id: string): string => `\`\`\`sh step=${id} on=workstation names=cluster\ntrue\n\`\`\`\n`;
  const page = parseRunbook(named("a") + named("b"), "page.md");
  expect(stepsOf(page).map((step) => step.namesCluster)).toEqual([true, true]);
  expect(page.problems).toMatchObject([{ code: "repeated-naming", line: 4 }]);
});

describe("a step of one reading of a page", () => {
  const page = parseRunbook("```sh step=a on=survivor if=order:up|aloft\ntrue\n```\n", "page.md");

  test("names the choice and its value", () => {
    expect(stepsOf(page)).toMatchObject([{ onlyIf: { choice: "order", values: ["up", "aloft"] } }]);
  });

  test.each([
    [null, /page\.md:1: .*choice "order", which the scenario does not declare$/],
    [{ left: ["up"] }, /does not declare \(it declares left\)/],
    [{ order: ["down", "sideways"] }, /order:up, and the scenario knows down, sideways/],
    [{ constructor: ["up"] }, /does not declare/],
  ])("is a problem where the scenario declares %j", (choices, said) => {
    expect(unknownChoices(page, choices).map(formatProblem)).toEqual([expect.stringMatching(said)]);
  });

  test("is none where the scenario declares it", () => {
    expect(unknownChoices(page, { order: ["aloft", "down", "up"] })).toEqual([]);
    expect(unknownChoices(page, { order: ["down", "up"] })).toHaveLength(1);
  });
});

describe("an info string that is not understood is a problem, never silently prose", () => {
  test.each<readonly [string, readonly RunbookProblemCode[]]>([
    ["sh stpe=x", ["missing-on", "unknown-attribute"]],
    ["sh stpe=x on=survivor", ["unknown-attribute"]],
    ["sh on=survivor", ["missing-step"]],
    ["sh step=x", ["missing-on"]],
    ["sh step", ["malformed-attribute", "missing-on"]],
    ["sh step= on=survivor", ["malformed-attribute"]],
    ["sh step =x on=survivor", ["malformed-attribute", "malformed-attribute"]],
    ["sh {step=x on=survivor}", ["bad-role", "unknown-attribute"]],
    ["sh step=x on=survivor step=y", ["repeated-attribute"]],
    ["sh step=../x on=survivor", ["bad-step-id"]],
    ['sh step="x" on=survivor', ["bad-step-id"]],
    [`sh step=${"x".repeat(65)} on=survivor`, ["bad-step-id"]],
    ["sh step=x on=Survivor", ["bad-role"]],
    ["sh step=x on=survivor timeout=60", ["bad-timeout"]],
    ["sh step=x on=survivor timeout=0s", ["bad-timeout"]],
    ["sh step=x on=survivor timeout=-5s", ["bad-timeout"]],
    ["sh step=x on=survivor timeout=soon", ["bad-timeout"]],
    ["sh step=x on=survivor timeout=25d", ["bad-timeout"]],
    ["sh step=x on=survivor effect=some", ["bad-effect"]],
    ["sh step=x on=survivor when=after", ["bad-when"]],
    ["sh step=x on=survivor if=order", ["bad-if"]],
    ["sh step=x on=survivor if=order:", ["bad-if"]],
    ["sh step=x on=survivor if=order:up:down", ["bad-if"]],
    ["sh step=x on=survivor if=order:up|", ["bad-if"]],
    ["sh step=x on=survivor if=order:Up", ["bad-if"]],
    ["sh step=x on=workstation names=survivor", ["bad-names"]],
    ["sh step=x on=survivor names=cluster", ["bad-names"]],
    ["sh step=x on=workstation when=before names=cluster", ["bad-names"]],
    ["step=x on=survivor", ["not-a-shell"]],
    ["sh,step=x on=survivor", ["not-a-shell"]],
    ["yaml step=x on=survivor", ["not-a-shell"]],
    ["SH step=x on=survivor", ["not-a-shell"]],
    ["console title", ["not-a-shell"]],
  ])("%s", (info, codes) => {
    const runbook = parseRunbook(`\n\`\`\`${info}\ntrue\n\`\`\`\n`, "page.md");
    expect(runbook.problems.map((problem) => problem.code).toSorted()).toEqual(codes);
    expect(runbook.problems.every((problem) => problem.line === 2)).toBe(true);
    expect(stepsOf(runbook)).toEqual([]);
  });

  test.each(["", "sh", "bash", "yaml", "console"])("but a plain fence is prose: %j", (info) => {
    expect(parseRunbook(`\`\`\`${info}\ntrue\n\`\`\``, "page.md")).toMatchObject({
      problems: [],
      blocks: [{ kind: "prose" }],
    });
  });
});

test("a problem is told with its place and its remedy", () => {
  const [problem] = parseRunbook("\n```sh step=x\ntrue\n```", "pages/page.md").problems;
  expect(problem === undefined ? "" : formatProblem(problem)).toBe(
    "pages/page.md:2: the step does not say where it runs; add on=ROLE or on=workstation",
  );
});

test("two steps of one id: the second is told where the first is", () => {
  const fence = "```sh step=x on=survivor\ntrue\n```\n";
  expect(codesOf(fence + fence)).toEqual([[4, "repeated-step"]]);
  expect(parseRunbook(fence + fence, "page.md").problems[0]?.message).toContain("line 1");
});

test.each(["", "\n", "  \n\t\n", "# a comment\n  # another\n"])("a step that does nothing is a problem: %j", (text) => {
  expect(codesOf(`\`\`\`sh step=x on=survivor\n${text}\`\`\`\n`)).toEqual([[1, "empty-step"]]);
});

describe("a fence that is not closed", () => {
  test.each([
    ["at the end of the page", "```sh step=x on=survivor\ntrue\n"],
    ["of prose", "```\ntrue\n"],
    ["with a shorter fence after it", "````sh step=x on=survivor\ntrue\n```\n"],
    ["ended by its quotation", "> ```sh step=x on=survivor\n> true\n\nprose\n"],
    ["with a closing fence that is indented too far", "```sh step=x on=survivor\ntrue\n    ```\n"],
  ])("%s", (_name, text) => {
    expect(codesOf(text)).toEqual([[1, "unclosed-fence"]]);
  });

  test("and swallows the next step: both are told", () => {
    const text = "```sh step=a on=survivor\ntrue\n\n```sh step=b on=survivor\nfalse\n```\n";
    expect(codesOf(text)).toEqual([[4, "hidden-step"]]);
  });
});

describe("a line that only looks like a step", () => {
  test.each([
    ["indented too far", "text\n\n    ```sh step=x on=survivor\n    true\n    ```\n", 3],
    ["part of a paragraph", "text\n    ```sh step=x on=survivor\n    true\n    ```\n", 2],
    ["within HTML", "<details>\n```sh step=x on=survivor\ntrue\n```\n</details>\n", 2],
    ["within a comment", "<!--\n```sh step=x on=survivor\ntrue\n```\n-->\n", 2],
  ])("%s is a problem", (_name, text, line) => {
    expect(codesOf(text)).toEqual([[line, "hidden-step"]]);
    expect(stepsOf(parseRunbook(text, "page.md"))).toEqual([]);
  });

  test.each([
    ["a longer fence", "````markdown\n```sh step=x on=survivor\ntrue\n```\n````\n"],
    ["the other character", "~~~markdown\n```sh step=x on=survivor\ntrue\n```\n~~~\n"],
  ])("may be shown as an example, within %s", (_name, text) => {
    expect(parseRunbook(text, "page.md")).toMatchObject({ problems: [], blocks: [{ kind: "prose" }] });
  });
});

describe("for any text", () => {
  const line = fc.oneof(
    fc.constantFrom("```", "````", "~~~", "    ```", "> ```", "- ```sh step=a on=b", "```sh", "# title", "<!--", "-->"),
    fc
      .tuple(
        fc.constantFrom("```", "~~~", "   ```", "    ```", "> ```", "1. ```"),
        fc.constantFrom("sh", "bash", "yaml", ""),
        fc.array(
          fc.constantFrom(
            "step=a",
            "step=b",
            "on=survivor",
            "timeout=1s",
            "timeout=1",
            "effect=none",
            "stpe=x",
            "step",
          ),
          { maxLength: 4 },
        ),
      )
      .map(([fence, language, words]) => `${fence}${language} ${words.join(" ")}`),
    fc.string({ maxLength: 20 }),
  );
  const page = fc
    .array(line, { maxLength: 30 })
    .chain((lines) => fc.constantFrom("\n", "\r\n", "\n\n").map((end) => lines.join(end)));

  test("it never throws, and steps and prose are all the blocks", () => {
    fc.assert(
      fc.property(fc.oneof(page, fc.string({ unit: "binary", maxLength: 500 })), (text) => {
        const runbook = parseRunbook(text, "page.md");
        const prose = runbook.blocks.filter((block) => block.kind === "prose");
        expect(stepsOf(runbook).length + prose.length).toBe(runbook.blocks.length);
      }),
      { numRuns: 300 },
    );
  });

  test("a line with a step's fence is a step, or a problem, or an example: it never just disappears", () => {
    fc.assert(
      fc.property(page, (text) => {
        const runbook = parseRunbook(text, "page.md");
        const told = new Set([...stepsOf(runbook), ...runbook.problems].map(({ line: number }) => number));
        const lines = text.split(/\r\n|\r|\n/);
        const silent = lines.flatMap((content, index) => (/^(```|~~~)sh .*step=/.test(content) ? [index + 1] : []));
        const untold = silent.filter((number) => !told.has(number));
        const prose = runbook.blocks.filter((block) => block.kind === "prose");
        const examples = new Set(prose.flatMap((block) => block.text.split("\n")));
        expect(untold.filter((number) => !examples.has(lines[number - 1] ?? ""))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("the lines of its blocks rise", () => {
    fc.assert(
      fc.property(page, (text) => {
        const lines = parseRunbook(text, "page.md").blocks.map((block) => block.line);
        expect(lines).toEqual([...new Set(lines)].toSorted((a, b) => a - b));
      }),
    );
  });
});

test("a step's fence within another step's block is no example: it is told, also when the block is never closed", () => {
  expect(codesOf("```sh step=a on=survivor\n~~~sh step=b\n```\n")).toContainEqual([2, "hidden-step"]);
  expect(codesOf("```sh step=a on=survivor\n~~~sh step=a")).toContainEqual([2, "hidden-step"]);
});

test("a page that nests deeply is read", () => {
  expect(codesOf(`${"> ".repeat(3000)}\`\`\`sh step=x on=survivor`)).toContainEqual([1, "unclosed-fence"]);
});

test("a page that takes the parser for ever is given up, and told as unreadable", () => {
  const endless = "> ".repeat(50_000);
  expect(() => readMarkdown(endless, 200)).toThrow(/timed out after 200ms/);
  expect(readMarkdown("# Page", 5000).title).toBe("Page");
});

describe("odd pages", () => {
  const STEP = "```sh step=a on=survivor\ntrue\n```\n";
  test.each<readonly [string, string, readonly RunbookProblemCode[], number]>([
    ["a mark of its encoding at the begin", `\ufeff${STEP}`, [], 1],
    ["zeros", `\0\0\n${STEP}\0`, [], 1],
    ["line ends of old machines", STEP.replaceAll("\n", "\r"), [], 1],
    ["a line of a megabyte", `${"x".repeat(1_000_000)}\n\n${STEP}`, [], 1],
    ["a thousand steps", Array.from({ length: 1000 }, (_, n) => STEP.replace("=a", `=a${n}`)).join("\n"), [], 1000],
    ["a step within a list within a quotation", `> - ${STEP.trimEnd().replaceAll("\n", "\n>   ")}\n`, [], 1],
    ["a fence within a fence of the same length", `\`\`\`\n${STEP}\`\`\`\n`, ["unclosed-fence", "hidden-step"], 0],
    ["a null character within a step", "```sh step=a on=survivor\necho \0\n```\n", [], 1],
  ])("%s", (_what, text, codes, steps) => {
    const runbook = parseRunbook(text, "page.md");
    expect(runbook.problems.map(({ code }) => code).toSorted()).toEqual(codes.toSorted());
    expect(stepsOf(runbook)).toHaveLength(steps);
  });
});

describe("the preparation", () => {
  const step = (id: string, rest = ""): string => `\`\`\`sh step=${id} on=workstation ${rest}\ntrue\n\`\`\`\n\n`;

  test("is the steps with when=before", () => {
    const runbook = parseRunbook(step("save", "when=before") + step("restore"), "page.md");
    expect(runbook.problems).toEqual([]);
    expect(stepsOf(runbook).map(({ id, part }) => [id, part])).toEqual([
      ["save", "preparation"],
      ["restore", "recovery"],
    ]);
    expect(stepsOf(runbook, "preparation").map(({ id }) => id)).toEqual(["save"]);
    expect(stepsOf(runbook, "recovery").map(({ id }) => id)).toEqual(["restore"]);
  });

  test("stands before everything else: nobody prepares for a disaster that is there", () => {
    expect(codesOf(step("restore") + step("save", "when=before"))).toEqual([[5, "late-preparation"]]);
  });
});
