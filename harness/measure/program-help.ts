/**
 * What a program's own help says: its subcommands and flags. Three forms are known: cobra's own, etcdctl's up to 3.6 (`NAME:`,
 * `--flag=default`), and that of etcd, which is written by hand for Go's flag package. Pure.
 */

/** A help text as far as it was understood. */
export interface ProgramHelp {
  /** The subcommand that it is about, word by word; null when it is the help of nothing (an error, say). */
  readonly path: readonly string[] | null;
  /** Whether subcommands follow below that path. */
  readonly isGroup: boolean;
  /** As listed, e.g. `member add` or `restore`. */
  readonly subcommands: readonly string[];
  readonly flags: ReadonlyMap<string, FlagHelp>;
  /** The names that `--feature-gates` takes, e.g. `InitialCorruptCheck`. */
  readonly features: readonly string[];
  /** What it says of the subcommand being out of date; null when nothing. */
  readonly deprecated: string | null;
}

export interface FlagHelp {
  /** Whether the next word is its value, where none stands behind an equals sign. */
  readonly takesValue: boolean;
  /** What it says of the flag being out of date; null when nothing. */
  readonly deprecated: string | null;
}

const OUT_OF_DATE = /\b(deprecated|decommissioned)\b/i;
/** Whether a subcommand is out of date stands in its title; further down the word is about flags. */
const TITLE_LINES = 12;

/** Reads the help of `program`. */
export function readHelp(program: string, text: string): ProgramHelp {
  const lines = text.split(/\r?\n/);
  const commands = sections(lines, /^\s*([\w -]+ )?commands:?\s*$/i);
  const call = usageOf(program, lines);
  const title = lines.slice(0, TITLE_LINES).find((line) => OUT_OF_DATE.test(line) && !/^\s*-/.test(line));
  return {
    path: call === null ? null : pathOf(call),
    isGroup: commands.length > 0 || /\[command\]|<subcommand>/.test(call ?? ""),
    subcommands: commands.flatMap(
      (line) => /^\s+([a-z][\w-]*(?: [a-z][\w-]*)?)(?:\t|\s{2,}|$| (?=[A-Z]))/.exec(line)?.[1] ?? [],
    ),
    flags: flagsOf(lines),
    features: lines.flatMap((line) => /^\s+(\w+)=true\|false\b/.exec(line)?.[1] ?? []),
    deprecated: title?.trim() ?? null,
  };
}

/** The line that says how the program is called. */
function usageOf(program: string, lines: readonly string[]): string | null {
  const usage = lines.findIndex((line) => /^\s*usage:/i.test(line));
  const below = usage === -1 ? [] : lines.slice(usage + 1);
  return below.find((line) => line.trim().split(/\s+/)[0] === program) ?? null;
}

/** `etcdctl member add <name> [flags]` is about `member add`. */
function pathOf(call: string): readonly string[] {
  const words = call.trim().split(/\s+/).slice(1);
  const end = words.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word));
  return end === -1 ? words : words.slice(0, end);
}

/** The lines below each such heading, up to the next empty one. */
function sections(lines: readonly string[], heading: RegExp): readonly string[] {
  return lines.flatMap((line, start) => {
    if (!heading.test(line)) return [];
    const rest = lines.slice(start + 1);
    const end = rest.findIndex((one) => one.trim() === "");
    return end === -1 ? rest : rest.slice(0, end);
  });
}

/** `-w, --write-out string`, `--debug[=false]`, `--cacert=""`, and `--name 'default'` with its text on the next line. */
const FLAG = /^\s+(?:(-\w), )?--?([A-Za-z][\w-]*)(\[=[^\]]*\]|=\S*| '[^']*'| [a-zA-Z]\w*| \d\S*)?(?:\t|\s{2,}|$)(.*)$/;

function flagsOf(lines: readonly string[]): ReadonlyMap<string, FlagHelp> {
  const flags = new Map<string, FlagHelp>();
  for (const [index, line] of lines.entries()) {
    const found = FLAG.exec(line);
    if (found === null) continue;
    const [, short, name = "", value = "", described = ""] = found;
    const below = lines[index + 1] ?? "";
    const words = `${described} ${/^\s*-/.test(below) ? "" : below}`;
    const help: FlagHelp = {
      takesValue: value !== "" && !value.startsWith("[="),
      deprecated: OUT_OF_DATE.test(words) ? words.trim() : null,
    };
    flags.set(`--${name}`, help);
    if (short !== undefined) flags.set(short, help);
  }
  return flags;
}
