/**
 * Markdown of a runbook to a harmless tree. Raw HTML is shown as the text it is, pictures become their description, links
 * keep only harmless addresses, and everything else must be on a list of known elements (hast-util-sanitize).
 */
import type { Element, ElementContent, Nodes, Root } from "hast";
import { sanitize, type Schema } from "hast-util-sanitize";
import { h } from "hastscript";
import type { Code, Html, Image, ImageReference } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { type State, toHast } from "mdast-util-to-hast";

/** One block of code of the page. */
export interface PageBlock {
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** The fence's info string, e.g. `sh step=restore on=survivor`. */
  readonly info: string;
  /** Whether the info string names a step. */
  readonly declaresStep: boolean;
  readonly text: string;
}

/** Elements that a runbook's Markdown can turn into; `img` is not among them, so that nothing is fetched. */
const SCHEMA: Schema = {
  tagNames: "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre strong ul".split(" "),
  attributes: { a: ["href"], ol: ["start"] },
  protocols: { href: ["http", "https", "mailto"] },
  strip: ["script", "style"],
};

/** The page as a tree in which `replace` has drawn each block of code. */
export function renderedPage(markdown: string, replace: (block: PageBlock) => Element): Root {
  const blocks = new Map<number, PageBlock>();
  const tree = toHast(fromMarkdown(markdown), {
    handlers: {
      html: (_: State, node: Html) => h("code", node.value),
      image: (_: State, node: Image) => h("em", `[picture: ${node.alt ?? node.url}]`),
      imageReference: (_: State, node: ImageReference) => h("em", `[picture: ${node.alt ?? node.identifier}]`),
      code: (_: State, node: Code) => {
        const block = blockOf(node);
        blocks.set(block.line, block);
        return { ...h("pre", [h("code", node.value)]), position: node.position };
      },
    },
  });
  const clean = sanitize(withoutLocalLinks(tree), SCHEMA);
  const children = clean.type === "root" ? clean.children : clean.type === "doctype" ? [] : [clean];
  const draw = (node: ElementContent): ElementContent => {
    if (node.type !== "element") return node;
    // No two blocks begin on one line, and nothing else becomes a `pre`.
    const block = node.tagName === "pre" ? blocks.get(node.position?.start.line ?? 0) : undefined;
    return block === undefined ? { ...node, children: node.children.map(draw) } : replace(block);
  };
  return { type: "root", children: children.map((child) => (child.type === "doctype" ? child : draw(child))) };
}

function blockOf(node: Code): PageBlock {
  const meta = node.meta ?? "";
  return {
    line: node.position?.start.line ?? 0,
    info: [node.lang ?? "", meta].join(" ").trim(),
    declaresStep: /(^|\s)step=/.test(meta),
    text: node.value,
  };
}

/** A relative address leads nowhere from where the report is read; the link becomes its text. */
function withoutLocalLinks(node: Nodes): Nodes {
  if (!("children" in node)) return node;
  if (node.type === "element" && node.tagName === "a" && !leadsOut(node.properties["href"])) {
    node.tagName = "em";
    node.properties = {};
  }
  for (const child of node.children) withoutLocalLinks(child);
  return node;
}

function leadsOut(href: unknown): boolean {
  return typeof href === "string" && /^(https?|mailto):/i.test(href);
}
