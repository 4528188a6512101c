/**
 * Reads which of a system's programs the page calls, and how. What cannot be read is said, and never left out in silence.
 * Not its business: whether the programs know the commands (measure/known-commands.ts).
 */
import { posix } from "node:path";
import { forEachChild, parse, type Command, type SyntaxNode } from "unbash";
import type { PageCommand } from "../../ledger/index.ts";
import type { CommandLines } from "../../system/index.ts";
import { stepsOf, type Runbook, type RunbookStep } from "../runbook.ts";
import { flagsInText, flagsPutInBySed } from "./inserted-flags.ts";
import { ELLIPSIS, readWord, type ReadWord } from "./word.ts";
import { withoutWrappers } from "./wrappers.ts";

/** Longer texts of commands are cut: the page itself is on record. */
const MOST_TEXT = 200;

/** These run what stands in their arguments, in a way that is not read here. */
const INTERPRETERS: ReadonlySet<string> = new Set(
  "bash sh dash eval su runuser ssh docker podman nerdctl crictl ctr kubectl nsenter unshare chroot find parallel watch trap systemd-run".split(
    " ",
  ),
);

/** These look at a start command and change nothing in it. */
const LOOKS: ReadonlySet<string> = new Set(["grep", "egrep", "fgrep", "test", "[", "diff", "cmp", "ls"]);

/** The commands of a page that call one of the programs, in the order of the page. */
export function readPageCommands(runbook: Pick<Runbook, "blocks">, lines: CommandLines): readonly PageCommand[] {
  return stepsOf(runbook).flatMap((step) => readStep(step, lines));
}

function readStep(step: RunbookStep, lines: CommandLines): readonly PageCommand[] {
  const found: PageCommand[] = [];
  const add = (pos: number, text: string, rest: Pick<PageCommand, "program" | "words" | "unread">): void => {
    const line = step.line + 1 + countLines(step.text.slice(0, pos));
    found.push({ step: step.id, line, text: shortened(text), ...rest });
  };
  const visit = (node: SyntaxNode, source: string, at: number | null): void => {
    const pos = at ?? node.pos;
    if (node.type === "Script") {
      const [error] = node.errors ?? [];
      if (error !== undefined)
        add(
          at ?? error.pos,
          source.slice(error.pos),
          nothing(`the shell's words do not fit together: ${error.message}`),
        );
      // In backquotes positions are those of the text between them.
      const inner = node.source;
      forEachChild(node, (child) => visit(child, inner ?? source, inner === undefined ? at : pos));
      return;
    }
    if (node.type === "Command") {
      for (const one of readCommand(node, source, lines)) add(pos, source.slice(node.pos, node.end), one);
    }
    forEachChild(node, (child) => visit(child, source, at));
  };
  visit(parse(step.text), step.text, null);
  return found;
}

type Reading = Pick<PageCommand, "program" | "words" | "unread">;

function readCommand(command: Command, source: string, lines: CommandLines): readonly Reading[] {
  const words = [command.name, ...command.args].flatMap((one): readonly ReadWord[] => {
    if (one === undefined) return [];
    return [one.type === "Word" ? readWord(one) : { text: one.text, splits: false }];
  });
  const [head, ...rest] = withoutWrappers(words);
  if (head === undefined) return [];
  const program = posix.basename(head.text);
  if (Object.hasOwn(lines.programs, program))
    return [{ program, words: rest.map(({ text }) => text), unread: splitIn(rest) }];
  if (program.includes(ELLIPSIS)) return [nothing("which program it is only the shell will know")];
  if (INTERPRETERS.has(program)) {
    const named = Object.keys(lines.programs).find((name) => rest.some(({ text }) => mentions(text, name)));
    return named === undefined ? [] : [nothing(`${named} is run by way of ${program}`)];
  }
  return lines.manifest === null ? [] : written(program, rest, hereTextOf(command, source), lines.manifest);
}

/** What a command writes into the start command. */
function written(head: string, words: readonly ReadWord[], hereText: string, manifest: string): readonly Reading[] {
  if (LOOKS.has(head)) return [];
  if (head !== "sed") {
    const flags = flagsInText([...words.map(({ text }) => text), hereText].join("\n"));
    return flags.map((flag) => ({ program: manifest, words: [flag], unread: null }));
  }
  return words.flatMap(({ text }): readonly Reading[] => {
    const flags = flagsPutInBySed(text);
    if (flags === null) return [nothing("which flags this script of sed writes could not be read")];
    return flags.map((flag) => ({ program: manifest, words: [flag], unread: null }));
  });
}

function hereTextOf({ redirects }: Command, source: string): string {
  return redirects
    .map((one) => {
      if (one.type === "HereDoc") return source.slice(one.body.pos, one.body.end);
      return one.type === "HereString" && one.target !== undefined ? readWord(one.target).text : "";
    })
    .join("\n");
}

function splitIn(words: readonly ReadWord[]): string | null {
  const open = words.filter(({ splits }) => splits).map(({ text }) => text);
  return open.length === 0 ? null : `what stands outside of quotes may be flags (${open.join(" ")})`;
}

function nothing(unread: string): Reading {
  return { program: null, words: [], unread };
}

function mentions(text: string, program: string): boolean {
  return new RegExp(`(?<![\\w./-])(?:[\\w./-]*/)?${RegExp.escape(program)}(?![\\w./-])`).test(text);
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT - 1)}${ELLIPSIS}` : line;
}
