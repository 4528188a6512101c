import fc from "fast-check";
import type { Element, Nodes } from "hast";
import { fromHtml } from "hast-util-from-html";
import { describe, expect, test } from "vitest";
import { AT, changed, cutAt, healthyLedger, PAGE_RECORD, without } from "../../../fixtures/ledgers/build.ts";
import { judge } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";
import { handMadeResult } from "../../../fixtures/reports/hand-made-result.ts";
import { HOSTILE, spoiled } from "../../../fixtures/reports/hostile.ts";
import { seconds } from "../numbers.ts";
import { renderPage } from "./page.ts";

const LEDGER = healthyLedger();

/** Parses a page as a browser does. */
function parsed(html: string): Nodes {
  return fromHtml(html);
}

function elements(node: Nodes): readonly Element[] {
  const below = "children" in node ? node.children.flatMap(elements) : [];
  return node.type === "element" ? [node, ...below] : below;
}

function textOf(node: Nodes): string {
  if (node.type === "text") return node.value;
  if (node.type === "element" && node.tagName === "style") return "";
  const separator =
    node.type === "element" && ["td", "p", "li", "dd", "dt", "tr", "pre"].includes(node.tagName) ? "\n" : " ";
  return "children" in node ? node.children.map(textOf).join("") + separator : "";
}

function byId(html: string, id: string): string {
  const found = elements(parsed(html)).find((one) => one.properties["id"] === id);
  if (found === undefined) throw new Error(`no element with the id ${id}`);
  return textOf(found).replace(/\s+/g, " ");
}

const HARMLESS = new Set(
  (
    "html head meta title style body main header footer section article h1 h2 h3 p span strong em code pre a br hr blockquote " +
    "ul ol li dl dt dd div table thead tbody tr th td details summary svg g path rect polygon polyline circle line text defs clipPath"
  ).split(" "),
);
const RUNS_OR_FETCHES = /^(on|src|xlink|action|formAction|background|data$|poster|ping)/i;
const PLACE = /^(left|width|flex-grow|background):[\w\d.%();:-]*$/;

/** Nothing that runs, and nothing that is fetched. */
function expectInert(html: string): void {
  const wrong: string[] = [];
  for (const { tagName, properties } of elements(parsed(html))) {
    if (!HARMLESS.has(tagName)) wrong.push(tagName);
    for (const [name, value] of Object.entries(properties)) {
      const text = String(value);
      const isBad =
        RUNS_OR_FETCHES.test(name) ||
        (name === "href" && !/^(https?:|mailto:)/.test(text)) ||
        (name === "style" && !PLACE.test(text));
      // In SVG an attribute such as `fill` may fetch; other attributes that say url( are only text.
      const fetches = name !== "ariaLabel" && /url\((?!#)/.test(text);
      if (isBad || fetches) wrong.push(`${tagName} ${name}=${text}`);
    }
  }
  expect(wrong).toEqual([]);
}

test("the page is inert, whole, and the same every time", () => {
  const html = renderPage(LEDGER, handMadeResult());
  expectInert(html);
  const policy = elements(parsed(html)).find((one) => one.properties["httpEquiv"] !== undefined);
  expect(policy?.properties["content"]).toMatch(/^default-src 'none';/);
  expect(renderPage(LEDGER, handMadeResult()) === html).toBe(true);
  const ids = elements(parsed(html)).flatMap((one) => one.properties["id"] ?? []);
  expect(new Set(ids).size).toBe(ids.length);
});

test("sections come in the order in which they are read", () => {
  const sections = elements(parsed(renderPage(LEDGER, handMadeResult()))).filter(
    (one) => one.tagName === "section" || one.tagName === "header",
  );
  expect(sections.map((one) => one.properties["id"])).toEqual([
    undefined,
    "findings",
    "timeline",
    "writes",
    "members",
    "runbook",
    "circumstances",
    "environment",
  ]);
});

test("the numbers are those of the result", () => {
  const result = handMadeResult();
  const html = renderPage(LEDGER, result);
  const whole = textOf(parsed(html)).replace(/\s+/g, " ");
  for (const part of [
    "8.00 to 8.51 s",
    "Kept 907",
    "Unknown 123",
    "attempted 1,241",
    "refused 211",
    "unknown, not found 122",
  ]) {
    expect(whole).toContain(part);
  }
  const timeline = byId(html, "timeline");
  for (const part of result.measurements.parts) expect(timeline).toContain(`${part.part} ${seconds(part.durationMs)}`);
  expect(timeline).toContain("sum 8.51 s the high end of the recovery time");
  for (const atMs of Object.values(result.timeline).filter((one) => one !== null))
    expect(timeline).toContain(String(atMs));
  const environment = byId(html, "environment");
  for (const one of result.environment.programs)
    expect(environment).toContain(`${one.name} ${one.version} ${one.source} ${one.sha256}`);
});

test("parts that do not add up are called so", () => {
  const { measurements } = handMadeResult();
  const html = renderPage(
    LEDGER,
    handMadeResult({ measurements: { ...measurements, parts: measurements.parts.slice(1) } }),
  );
  expect(byId(html, "timeline")).toContain("does NOT equal the recovery time");
});

test("each block of the runbook has its own result beside it", () => {
  const ledger = changed(LEDGER, "step", (one) =>
    one.id === "replace-first" ? { ...one, exitCode: 7, outputTail: "\u001b[31mit failed\u001b[0m" } : one,
  );
  const blocks = elements(parsed(renderPage(ledger, judge(ledger)))).filter((one) =>
    String(one.properties["className"]).startsWith("block"),
  );
  const texts = blocks.map((one) => textOf(one).replace(/\s+/g, " "));
  expect(texts).toHaveLength(8);
  expect(texts[1]).toContain("nodectl stop etcd");
  expect(texts[1]).toContain("exit 0 stop-survivor on n1 (survivor), 0.60 s");
  expect(texts[4]).toContain("exit 7 replace-first on n2 (replacement-1), 1.00 s it failed");
  expect(texts[6]).toContain("Prose: not run.");
});

test("a step without a record, and a record without a step, both show", () => {
  const missing = without(LEDGER, "step", (one) => one.id === "look");
  expect(byId(renderPage(missing, handMadeResult()), "runbook")).toContain("nothing of it is on record");
  const strayed = changed(LEDGER, "step", (one) => (one.id === "look" ? { ...one, line: 999 } : one));
  expect(byId(renderPage(strayed, handMadeResult()), "runbook")).toContain("not a block of this page");
});

test("Markdown of the runbook cannot bring in elements", () => {
  const text = [
    "# Page",
    "<script>alert(1)</script>",
    'text <img src=x onerror="alert(1)"> text',
    "[a](javascript:alert(1)) [b](data:text/html,x) [c](other.md) [d](https://example.invalid/d) [e][ref]",
    "![picture](http://example.invalid/p.png) ![p][ref]",
    "[ref]: JavaScript:alert(1)",
    "```sh step=x on=y\n<script>alert(2)</script>\n```",
    "- list\n\n  ```sh step=nested on=y\n  nested\n  ```",
  ].join("\n\n");
  const ledger: Ledger = { ...LEDGER, header: { ...LEDGER.header, runbook: { ...PAGE_RECORD, text } } };
  const html = renderPage(ledger, handMadeResult());
  expectInert(html);
  const links = elements(parsed(html)).flatMap((one) => one.properties["href"] ?? []);
  expect(links).toEqual(["https://example.invalid/d"]);
  const page = byId(html, "runbook");
  for (const part of [
    "<script>alert(1)</script>",
    "<script>alert(2)</script>",
    "[picture: picture]",
    "sh step=nested on=y nested",
  ]) {
    expect(page).toContain(part);
  }
});

describe("text from outside", () => {
  const result = handMadeResult({
    outcome: "failed",
    notes: ["note"],
    findings: handMadeResult().findings.map((one) => ({ ...one, outcome: "failed", details: ["detail"] })),
  });
  const trouble = { kind: "trouble", atMs: 1, outcome: "broken", phase: "fault", message: "m" } as const;
  const ledger: Ledger = { ...LEDGER, entries: [...LEDGER.entries, trouble] };
  const spoil = (by: string): string => renderPage(spoiled(ledger, by), spoiled(result, by));
  const namesOf = (html: string): readonly string[] => elements(parsed(html)).map((one) => one.tagName);
  const plain = namesOf(spoil("x"));

  test.each(HOSTILE)("%j everywhere stays text", (text) => {
    const html = spoil(text);
    expectInert(html);
    expect(namesOf(html)).toEqual(plain);
    // No character that acts on the reader is left (but line ends and tabs).
    expect(html.match(/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/u)).toBeNull();
  });
});

test("output of a megabyte and ten thousand details are cut, and say so", () => {
  const ledger = changed(LEDGER, "step", (one) => ({ ...one, outputTail: `${"x".repeat(1_000_000)} the end` }));
  const [first] = handMadeResult().findings;
  if (first === undefined) throw new Error("the hand-made result has findings");
  const details = Array.from({ length: 10_000 }, (_, index) => `key-${index}`);
  const html = renderPage(ledger, handMadeResult({ findings: [{ ...first, outcome: "failed", details }] }));
  expect(html.length).toBeLessThan(500_000);
  expect(html).toContain("996008 characters left out");
  expect(html).toContain("the end");
  expect(html).toContain("and 9800 more");
});

test("what is null is never shown as a number", () => {
  const { measurements, timeline } = handMadeResult();
  const nothing = { injectedAtMs: null, firstFailureAtMs: null, detectedAtMs: null, runbookStartedAtMs: null };
  const writes = {
    ...measurements.writes,
    kept: null,
    lost: null,
    lostToBeKept: null,
    lostAfterRecoveryPoint: null,
    lostKeys: null,
    lostSpanMs: null,
    resurrected: null,
    duplicated: null,
  };
  const html = renderPage(
    cutAt(LEDGER, 5000),
    handMadeResult({
      outcome: "inconclusive",
      timeline: { ...timeline, ...nothing, runbookEndedAtMs: null, firstServiceAtMs: null, steadyAgainSinceMs: null },
      measurements: {
        ...measurements,
        writes: { ...writes, unknownKept: null, unknownLost: null },
        recoveryTimeMs: { low: null, high: null, censored: false },
        parts: [],
        maxLoopLagMs: null,
      },
      objectives: [{ id: "recovery-time", limit: 60_000, measured: null, met: null }],
    }),
  );
  const whole = textOf(parsed(html)).replace(/\s+/g, " ");
  for (const part of ["Kept not known", "Lost not known", "lost writes not known", "resurrected not known"])
    expect(whole).toContain(part);
  expect(whole).toContain("acknowledged time lost not known");
  expect(whole).toContain("at most 60.00 s not measured not known whether it was met");
  expect(whole).toContain("Longest delay of the harness itself not measured");
  expect(whole).not.toMatch(/null|undefined|NaN/);
});

test("a run that was cut anywhere gives a page that says so, and never a pass", () => {
  const instants = [
    0,
    1,
    500,
    AT.workload + 1,
    AT.injecting,
    AT.injected + 1,
    AT.detected,
    13_000,
    AT.runbookEnded,
    AT.readBack,
    AT.fence + 15,
    AT.end - 1,
  ];
  for (const atMs of instants) {
    const ledger = { ...cutAt(LEDGER, atMs), tornTail: true };
    const result = judge(ledger);
    const html = renderPage(ledger, result);
    expect(elements(parsed(html)).find((one) => one.tagName === "header")?.properties["className"]).toEqual([
      "verdict",
      result.outcome,
    ]);
    expect(result.outcome).not.toBe("passed");
    expect(html.includes("The ledger has no end mark")).toBe(true);
    expect(html.match(/NaN|Infinity|undefined/)).toBeNull();
    expectInert(html);
  }
});

test("entries missing at random never break the page", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.nat(50), (every, offset) => {
      const ledger = { ...LEDGER, entries: LEDGER.entries.filter((_, index) => (index + offset) % every !== 0) };
      expect(renderPage(ledger, judge(ledger)).match(/NaN|Infinity|undefined/)).toBeNull();
    }),
    { numRuns: 8 },
  );
});

test("charts are drawn in the page's colours and keep nothing of the library's scripting", () => {
  const charts = elements(parsed(renderPage(LEDGER, handMadeResult()))).filter((one) => one.tagName === "svg");
  expect(charts).toHaveLength(2);
  for (const chart of charts) {
    const parts = elements(chart);
    expect(parts.filter((one) => one.tagName === "path" || one.tagName === "polygon").length).toBeGreaterThan(5);
    for (const { properties } of parts) {
      expect(Object.keys(properties).filter((name) => /^(class|style|ecmeta|cursor|pointer)/i.test(name))).toEqual([]);
      for (const name of ["fill", "stroke"]) {
        const value = properties[name];
        if (value !== undefined && value !== "none")
          expect(String(value)).toMatch(/^var\(--chart-[\w-]+\)$|^#000$|^rgb\(0,0,0\)$/);
      }
    }
  }
});
