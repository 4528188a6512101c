/**
 * Text from outside, wherever it may stand in a ledger, in every output. Which fields those are is not listed by hand: a
 * text is put into each, and where the ledger's own schema takes it, a hostile one may come that way.
 */
import type { Element, Nodes } from "hast";
import { fromHtml } from "hast-util-from-html";
import { fromMarkdown } from "mdast-util-from-markdown";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { changed, healthyLedger, PAGE_RECORD } from "../../fixtures/ledgers/build.ts";
import { HOSTILE } from "../../fixtures/reports/hostile.ts";
import { judge, lostKeysText } from "../integrity/index.ts";
import type { Ledger, LedgerEntry } from "../ledger/index.ts";
import { parseEntry, parseHeader } from "../ledger/schema.ts";
import { renderHtml } from "./html.ts";
import { renderJunit } from "./junit.ts";
import { renderSummary } from "./summary.ts";
import { renderVerdict } from "./verdict.ts";

/** Every kind of entry, with findings that quote what they found: keys are missing on a member, and things are left behind. */
const LEDGER: Ledger = ((): Ledger => {
  const onN2 = changed(healthyLedger(), "read-back", (entry) =>
    entry.node === "n2" ? { ...entry, items: [] } : entry,
  );
  const short = changed(onN2, "read-back-end", (entry) => (entry.node === "n2" ? { ...entry, keys: 0 } : entry));
  // A start command that is no program's own stands in a finding, whatever is put before its words.
  const healthy = changed(short, "process", (entry) =>
    entry.command === null ? entry : { ...entry, command: ["/bin/sh", ...entry.command] },
  );
  const trouble: LedgerEntry = { kind: "trouble", atMs: 1, outcome: "broken", phase: "fault", message: "m" };
  const residue = { processes: ["p"], folders: ["f"], addresses: ["a"] };
  const entries = healthy.entries.map((entry) => (entry.kind === "residue" ? { ...entry, ...residue } : entry));
  return { ...healthy, entries: [...entries, trouble] };
})();

/** The page is Markdown and shown as such: it has a test of its own. */
const PAGE = "header.runbook.text";

/**
 * The same value with `text` before every string on one of the paths, so that what was one name stays one, and what were
 * two stay two. A path names fields, not places in lists.
 */
function planted<T>(value: T, paths: ReadonlySet<string>, text: string, path: string): T {
  if (typeof value === "string") return (paths.has(path) ? text + value : value) as T;
  if (Array.isArray(value)) return value.map((inner: unknown) => planted(inner, paths, text, `${path}[]`)) as T;
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, planted(inner, paths, text, `${path}.${name}`)]);
  return Object.fromEntries(fields) as T;
}

function stringPaths(value: unknown, path: string): readonly string[] {
  if (typeof value === "string") return [path];
  if (Array.isArray(value)) return value.flatMap((inner) => stringPaths(inner, `${path}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => stringPaths(inner, `${path}.${name}`));
}

/** The fields through which any text may come: those in which the schema takes one. */
const OUTSIDE: ReadonlySet<string> = new Set(
  [LEDGER.header, ...LEDGER.entries].flatMap((line) =>
    [...new Set(stringPaths(line, line.kind))].filter((path) =>
      accepted(planted(line, new Set([path]), "x <y>", line.kind)),
    ),
  ),
);

function accepted(line: unknown): boolean {
  return parseHeader(line).success || typeof parseEntry(line) !== "string";
}

function spoiled(text: string): Ledger {
  const paths = new Set([...OUTSIDE].filter((path) => path !== PAGE));
  return {
    ...LEDGER,
    header: planted(LEDGER.header, paths, text, "header"),
    entries: LEDGER.entries.map((entry) => planted(entry, paths, text, entry.kind)),
  };
}

type Outputs = Readonly<Record<"html" | "junit" | "summary" | "terminal" | "lostKeys", string>>;

/** Everything that is written or shown of a ledger. */
async function outputs(ledger: Ledger): Promise<Outputs> {
  const result = judge(ledger);
  return {
    html: await renderHtml(ledger, result),
    junit: renderJunit(result),
    summary: renderSummary(result),
    terminal: renderVerdict(result, { color: false, reportFile: "reports/run/report.html" }),
    lostKeys: lostKeysText(ledger),
  };
}

function tags(node: Nodes): readonly Element[] {
  const below = "children" in node ? node.children.flatMap(tags) : [];
  return node.type === "element" ? [node, ...below] : below;
}

const shapeOfHtml = (html: string): readonly string[] =>
  tags(fromHtml(html)).map(({ tagName, properties }) => `${tagName} ${Object.keys(properties).toSorted().join()}`);

function shapeOfMarkdown(text: string): readonly string[] {
  const shape = (
    node: ReturnType<typeof fromMarkdown> | { readonly type: string; readonly children?: readonly unknown[] },
  ): readonly string[] => [
    node.type,
    ...("children" in node ? (node.children ?? []) : []).flatMap((child) => shape(child as { readonly type: string })),
  ];
  return shape(fromMarkdown(text));
}

function shapeOfXml(xml: string): unknown {
  expect(XMLValidator.validate(xml)).toBe(true);
  const names = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(names);
    if (typeof value !== "object" || value === null) return "text";
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, names(inner)]));
  };
  return names(new XMLParser({ ignoreAttributes: false }).parse(xml));
}

const cells = (markdown: string): readonly number[] =>
  markdown.split(/\r\n|\r|\n/).map((line) => line.replace(/\\./g, "").split("|").length);

test("texts may come in by many ways, and these are among them", () => {
  for (const path of [
    "header.runbook.file",
    PAGE,
    "header.environment.programs[].version",
    "operation.key",
    "operation.reason",
    "process.command[]",
    "node.clientUrl",
    "cluster-probe.views[].members[].name",
    "step.outputTail",
    "witness.detail",
    "read-back.items[].key",
    "residue.processes[]",
    "trouble.message",
  ]) {
    expect([...OUTSIDE]).toContain(path);
  }
  expect(OUTSIDE.size).toBeGreaterThan(60);
  // Words that the judge branches on let nothing else in.
  for (const path of [
    "operation.outcome",
    "step.status",
    "operation.revision",
    "trouble.outcome",
    "header.startedAt",
  ]) {
    expect([...OUTSIDE]).not.toContain(path);
  }
});

const plain = await outputs(spoiled("x"));

test("the plain ledger shows what came from outside in every output", () => {
  expect(plain.lostKeys.length).toBeGreaterThan(100);
  expect(plain.summary).toContain("failed");
});

test.each(HOSTILE)("%j in every such field changes no output but its text", async (text) => {
  const seen = await outputs(spoiled(text));
  expect(shapeOfHtml(seen.html)).toEqual(shapeOfHtml(plain.html));
  expect(shapeOfXml(seen.junit)).toEqual(shapeOfXml(plain.junit));
  expect(shapeOfMarkdown(seen.summary)).toEqual(shapeOfMarkdown(plain.summary));
  expect(cells(seen.summary)).toEqual(cells(plain.summary));
  for (const [name, shown] of Object.entries(seen)) {
    // Nothing that acts on a reader's terminal or turns a line around; JUnit's attributes hold line ends as references.
    const acting = /.{0,60}(?:[^\P{C}\n\r\t]|[\p{Zl}\p{Zp}])/u.exec(shown)?.[0];
    expect({ name, acting }).toEqual({ name, acting: undefined });
  }
  for (const lines of ["terminal", "lostKeys"] as const) {
    expect(seen[lines].split(/\r\n|\r|\n/).length).toBe(plain[lines].split("\n").length);
  }
});

test.each(HOSTILE)("%j as the page brings in nothing that runs or is fetched", async (text) => {
  const runbook = { ...PAGE_RECORD, text };
  const html = await renderHtml({ ...LEDGER, header: { ...LEDGER.header, runbook } }, judge(LEDGER));
  for (const { tagName, properties } of tags(fromHtml(html))) {
    expect(["script", "img", "iframe", "object", "embed", "link", "base", "form", "evil"]).not.toContain(tagName);
    expect(Object.keys(properties).filter((name) => /^(on|src)/i.test(name))).toEqual([]);
    expect(properties["href"] ?? "https:").toMatch(/^(https?:|mailto:|#)/);
  }
});
