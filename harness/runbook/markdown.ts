/**
 * The code blocks of a Markdown text, by CommonMark (mdast-util-from-markdown; docs/decisions/mdast-util-from-markdown.md).
 * Not its business: what a block is for (`parse.ts`).
 */
import { runInNewContext } from "node:vm";
import { fromMarkdown } from "mdast-util-from-markdown";
import type { Code, Nodes } from "mdast";

/** A code block as it stands in the text. */
export interface CodeBlock {
  /** The first word of its info string; empty where there is none. */
  readonly language: string;
  /** The rest of its info string. */
  readonly meta: string;
  readonly text: string;
  /** Its first and last line in the text, from 1. */
  readonly line: number;
  readonly lastLine: number;
  readonly fence: "closed" | "unclosed" | "indented";
}

export interface MarkdownPage {
  /** The text of the first heading of the first level; null where there is none. */
  readonly title: string | null;
  readonly blocks: readonly CodeBlock[];
}

/**
 * How long reading may take. A page of 20 KB takes 30 ms; but the parser needs time in the square of the length for some texts
 * (100 KB of nothing but quotation marks take minutes), and a drill must not hang before it has begun.
 */
const READ_WITHIN_MS = 10_000;

/**
 * Reads the page. Any text is Markdown.
 * @throws Error when the text nests too deeply for the parser, or takes it longer than `withinMs`.
 */
export function readMarkdown(text: string, withinMs: number = READ_WITHIN_MS): MarkdownPage {
  // The one way to stop code that does not return; the function itself runs where it was made.
  return runInNewContext("read()", { read: () => read(text) }, { timeout: withinMs }) as MarkdownPage;
}

function read(text: string): MarkdownPage {
  // The tree does not tell a closed fence from one that the end of its container closed: count the fences themselves.
  const fenceOffsets: number[] = [];
  const tree = fromMarkdown(text, {
    mdastExtensions: [{ enter: { codeFencedFence: (token) => void fenceOffsets.push(token.start.offset) } }],
  });
  let title: string | null = null;
  const blocks: CodeBlock[] = [];
  for (const node of inOrder(tree)) {
    if (node.type === "heading" && node.depth === 1) title ??= plainText(node);
    if (node.type === "code") blocks.push(codeBlock(node, fenceOffsets));
  }
  return { title, blocks };
}

function codeBlock(node: Code, fenceOffsets: readonly number[]): CodeBlock {
  const start = node.position?.start.offset ?? 0;
  const end = node.position?.end.offset ?? 0;
  const fences = fenceOffsets.filter((offset) => offset >= start && offset < end).length;
  return {
    language: node.lang ?? "",
    meta: node.meta ?? "",
    text: node.value.replace(/\r\n?/g, "\n"),
    line: node.position?.start.line ?? 1,
    lastLine: node.position?.end.line ?? 1,
    fence: fences === 0 ? "indented" : fences === 1 ? "unclosed" : "closed",
  };
}

function plainText(node: Nodes): string {
  const words = inOrder(node).map((inner) => (inner.type === "text" || inner.type === "inlineCode" ? inner.value : ""));
  return [...words].join("").replace(/\s+/g, " ").trim();
}

/** The node and all below it in the order of the text; without recursion, since a text may nest as deep as it likes. */
function* inOrder(root: Nodes): Generator<Nodes, undefined> {
  const waiting: Nodes[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    if ("children" in node) waiting.push(...node.children.toReversed());
  }
}
