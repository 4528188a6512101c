/**
 * Flags that a page writes into a start command: `- --force-new-cluster` on a line of its own, as manifests have them.
 * Written by sed's replacement or inserted text, by a here-document, or by whatever else names such a line.
 */
import { ELLIPSIS } from "./word.ts";

/** A line of a manifest that is a flag. Its name ends where its value begins. */
const FLAG_LINE = /(?:^|[^\w-])- (--[A-Za-z][\w-]*(?:=[^\s'"]*)?)/g;

/** The flags in a text that is written into a manifest. */
export function flagsInText(text: string): readonly string[] {
  return [...text.matchAll(FLAG_LINE)].map(([, flag = ""]) => flag);
}

/**
 * The flags that a script of sed puts in: those of its replacements and inserted lines, never those that it looks for or
 * deletes. Null when the script names such lines and could not be read.
 */
export function flagsPutInBySed(script: string): readonly string[] | null {
  if (flagsInText(script).length === 0) return [];
  const put: string[] = [];
  let rest = script.trim();
  while (rest !== "") {
    rest = rest.replace(ADDRESSES, "").trimStart();
    const command = rest[0] ?? "";
    if (command === "s") {
      const parts = substitution(rest);
      if (parts === null) return null;
      put.push(...flagsInText(` ${parts.replacement.replaceAll(/\\[1-9n]|\\\n/g, " ")}`));
      rest = parts.rest;
    } else if ("aic".includes(command) && command !== "") {
      put.push(...flagsInText(` ${rest.slice(1)}`));
      return put;
    } else if ("dpDPnN=".includes(command)) {
      rest = rest.slice(1);
    } else {
      return null;
    }
    const next = /^\s*(?:[;\n}]\s*)*/.exec(rest)?.[0] ?? "";
    rest = rest.slice(next.length);
  }
  return put;
}

/** Up to two addresses before a command: a line, the last line, a pattern. */
const ADDRESS = String.raw`(?:\d+|\$|/(?:\\.|[^/\\])*/I?|\\([^\w\s])(?:\\.|(?!\1)[^\\])*\1)`;
const ADDRESSES = new RegExp(
  String.raw`^\s*(?:${ADDRESS}(?:\s*,\s*${ADDRESS.replaceAll(String.raw`\1`, String.raw`\2`)})?)?\s*!?\s*\{?`,
);

/** `s/pattern/replacement/flags`, with whatever stands between the slashes' places. */
function substitution(text: string): { readonly replacement: string; readonly rest: string } | null {
  const delimiter = text[1];
  if (delimiter === undefined || delimiter === "\\" || delimiter === "\n" || delimiter === ELLIPSIS) return null;
  const ends: number[] = [];
  for (let at = 2; at < text.length && ends.length < 2; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === delimiter) ends.push(at);
  }
  const [pattern, end] = ends;
  if (pattern === undefined || end === undefined) return null;
  const flags = /^[0-9a-zA-Z]*/.exec(text.slice(end + 1))?.[0] ?? "";
  return { replacement: text.slice(pattern + 1, end), rest: text.slice(end + 1 + flags.length) };
}
