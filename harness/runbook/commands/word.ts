/** One word of a command as far as its text says it. */
import type { Word, WordPart } from "unbash";

/** Stands for what only the shell knows when it runs: the value of a variable, the output of a command. */
export const ELLIPSIS = "…";

/** A word without its quotes. */
export interface ReadWord {
  /** With an ellipsis in the place of each expansion. */
  readonly text: string;
  /** Whether an expansion stands outside of quotes, so that the shell may make several words of it, or none. */
  readonly splits: boolean;
}

/** Reads a word. */
export function readWord(word: Word): ReadWord {
  if (word.parts === undefined) return { text: word.value, splits: false };
  return {
    text: word.parts.map(textOf).join(""),
    splits: word.parts.some((part) => MAY_SPLIT.has(part.type) || isList(part)),
  };
}

const MAY_SPLIT: ReadonlySet<WordPart["type"]> = new Set([
  "SimpleExpansion",
  "ParameterExpansion",
  "CommandExpansion",
  "ExtendedGlob",
  "BraceExpansion",
]);

/** `"$@"` and `"${list[@]}"` are as many words as they have members, in spite of the quotes. */
function isList(part: WordPart): boolean {
  return part.type === "DoubleQuoted" && part.parts.some(({ text }) => text === "$@" || text.includes("[@]"));
}

function textOf(part: WordPart): string {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
    case "Glob":
      return part.value;
    case "DoubleQuoted":
    case "LocaleString":
      return part.parts.map(textOf).join("");
    default:
      return ELLIPSIS;
  }
}
