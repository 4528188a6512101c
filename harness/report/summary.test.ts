import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { expect, test } from "vitest";
import { renderSummary } from "./summary.ts";
import { handMadeResult } from "../../fixtures/reports/hand-made-result.ts";
import { HOSTILE, spoiled } from "../../fixtures/reports/hostile.ts";

/** The types of all nodes, in order, without how a text is split into pieces. */
function typesOf(node: Nodes): readonly string[] {
  if (!("children" in node)) return node.type === "text" ? [] : [node.type];
  return [node.type, ...node.children.flatMap(typesOf)];
}

function textOf(node: Nodes): string {
  return "value" in node ? node.value : "children" in node ? node.children.map(textOf).join("") : "";
}

const CHECKED = handMadeResult().findings.length;
const failed = handMadeResult({
  outcome: "failed",
  findings: handMadeResult().findings.map((one) => ({ ...one, outcome: "failed", details: ["detail"] })),
  notes: ["note"],
});

test("says outcome, numbers, and what did not pass", () => {
  const text = textOf(fromMarkdown(renderSummary(handMadeResult())));
  for (const part of [
    "etcd loses its quorum for good: passed",
    "8.00 to 8.51 s",
    `${CHECKED} of ${CHECKED} passed`,
    "Machine time only",
  ]) {
    expect(text).toContain(part);
  }
  expect(renderSummary(handMadeResult())).toContain("| acknowledged | 907 |");
  const bad = textOf(fromMarkdown(renderSummary(failed)));
  expect(bad).toContain(`0 of ${CHECKED} passed`);
  expect(bad).toContain("acknowledged-writes-kept: acknowledged-writes-kept holds.");
  expect(bad).toContain("note");
});

test("long lists are cut, and say so", () => {
  const [first] = handMadeResult().findings;
  if (first === undefined) throw new Error("the hand-made result has findings");
  const details = Array.from({ length: 1000 }, (_, index) => `key-${index}`);
  const text = renderSummary(handMadeResult({ findings: [{ ...first, outcome: "failed", details }] }));
  expect(text).toContain("and 990 more");
  expect(text.length).toBeLessThan(5000);
});

test("a result without findings is not silent", () => {
  expect(renderSummary(handMadeResult({ outcome: "inconclusive", findings: [] }))).toContain("nothing is proven");
});

test.each(HOSTILE)("%j everywhere stays text", (text) => {
  const markdown = renderSummary(spoiled(failed, text));
  expect(typesOf(fromMarkdown(markdown))).toEqual(typesOf(fromMarkdown(renderSummary(spoiled(failed, "x")))));
  // Nothing that GitHub makes something of by itself, and no cell or line more than with a plain text.
  expect(markdown).not.toMatch(/[@<]|:\/\/|www\./i);
  const plain = renderSummary(spoiled(failed, "x"));
  expect(barsByLine(markdown)).toEqual(barsByLine(plain));
});

/** How many unescaped bars each line has: the cells of its tables. */
function barsByLine(markdown: string): readonly number[] {
  return markdown.split(/\r\n|\r|\n/).map((line) => line.replace(/\\./g, "").split("|").length);
}
