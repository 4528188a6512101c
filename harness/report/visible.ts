/**
 * Makes text from outside safe to look at: key names, output of commands, messages of programs. What would act on the
 * reader's terminal or turn the line around is shown instead of done. Escaping for a format (HTML, XML, Markdown) is the
 * business of that format's renderer.
 */
import { stripVTControlCharacters } from "node:util";

/**
 * C0 and C1 controls except tab and line feed, bidirectional controls (a file name that reads backwards), zero-width
 * characters, the byte order mark, line and paragraph separators, lone surrogates and non-characters.
 */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex -- finding such characters is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|\p{Surrogate}/gu;

/** Text in which every invisible or acting character reads as `\u{1b}`; tabs and line ends stay. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same on one line: tabs and line ends read as `\t` and `\n`. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** The output of a command without its colours and cursor movements, and with carriage returns taken as line ends. */
export function visibleOutput(output: string): string {
  return visible(stripVTControlCharacters(output).replace(/\r+\n?/g, "\n"));
}

/**
 * A text cut to its last `atMost` characters, saying how many are left out. The end is kept because that is where a
 * failing command says why.
 */
export function lastPart(text: string, atMost: number): string {
  const left = text.length - atMost;
  return left <= 0 ? text : `[${left} characters left out]\n${text.slice(left)}`;
}

/** A text cut to its first `atMost` characters, saying how many are left out. */
export function firstPart(text: string, atMost: number): string {
  const left = text.length - atMost;
  return left <= 0 ? text : `${text.slice(0, atMost)} [${left} characters left out]`;
}
