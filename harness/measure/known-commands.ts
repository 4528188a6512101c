/**
 * Whether the programs know the commands of a page, by their own answers. The live part asks what `questions` says until
 * there are none left; the judge makes the same of the record. Pure. Not its business: reading the page (runbook/commands/).
 */
import type {
  CommandLineStyle,
  LedgerEntry,
  PageCommand,
  PageCommandsEntry,
  ProgramSaidEntry,
} from "../ledger/index.ts";
import { nearFlags, noMoreExperimental } from "./near-flags.ts";
import { readHelp, type FlagHelp, type ProgramHelp } from "./program-help.ts";

/** What a program is to be asked. It does nothing: each question has `--help` in it. */
export interface Question {
  readonly program: string;
  readonly asked: readonly string[];
}

/** Something to be said of one command of the page. */
export interface CommandRemark {
  readonly command: PageCommand;
  readonly text: string;
}

/** What is known of the commands of a page. */
export interface KnownCommands {
  /** Null: the page was not read. */
  readonly page: PageCommandsEntry | null;
  /** Still to be asked. */
  readonly questions: readonly Question[];
  /** Subcommands and flags that their program does not know, with what to write instead where that is known. */
  readonly unknown: readonly CommandRemark[];
  /** Those that it knows and calls out of date. */
  readonly deprecated: readonly CommandRemark[];
  /** What was not read, of the page or of an answer. */
  readonly open: readonly CommandRemark[];
}

/** Goes through the commands with the answers that there are. */
export function knownCommands(entries: readonly LedgerEntry[]): KnownCommands {
  const page = entries.find((entry): entry is PageCommandsEntry => entry.kind === "page-commands") ?? null;
  const answers = new Map(
    entries.flatMap((entry) => (entry.kind === "program-said" ? [[keyOf(entry), entry] as const] : [])),
  );
  const found = { questions: new Map<string, Question>(), unknown: [], deprecated: [], open: [] } as Found;
  const styles = new Map(page?.programs.map(({ name, style }) => [name, style]));
  for (const command of page?.commands ?? []) {
    if (command.unread !== null) found.open.push({ command, text: `not read: ${command.unread}` });
    const style = command.program === null ? undefined : styles.get(command.program);
    if (command.program === null || style === undefined) continue;
    new Examination(command, command.program, style, { answers, found, styles }).run();
  }
  return { page, ...found, questions: [...found.questions.values()] };
}

interface Found {
  readonly questions: Map<string, Question>;
  readonly unknown: CommandRemark[];
  readonly deprecated: CommandRemark[];
  readonly open: CommandRemark[];
}

interface Known {
  readonly answers: ReadonlyMap<string, ProgramSaidEntry>;
  readonly found: Found;
  readonly styles: ReadonlyMap<string, CommandLineStyle>;
}

function keyOf({ program, asked }: Question): string {
  return [program, ...asked].join("\0");
}

/** A word that only the shell knows has an ellipsis in it (runbook/commands/word.ts). */
const ELLIPSIS = "…";

/** One command, looked at as far as the answers go. */
class Examination {
  readonly #command: PageCommand;
  readonly #program: string;
  readonly #style: CommandLineStyle;
  readonly #known: Known;

  constructor(command: PageCommand, program: string, style: CommandLineStyle, known: Known) {
    this.#command = command;
    this.#program = program;
    this.#style = style;
    this.#known = known;
  }

  run(): void {
    const below = this.#style === "subcommands" ? this.#descend() : this.#help([]);
    if (below === null) return;
    for (const flag of this.#flags()) this.#examineFlag(flag, below);
  }

  /** Follows the words down to the subcommand that they name; null while an answer is missing, or when there is no such one. */
  #descend(): ProgramHelp | null {
    const path: string[] = [];
    let help = this.#help(path);
    for (let at = 0; help?.isGroup === true && help.path !== null && at < this.#command.words.length; at++) {
      const word = this.#command.words[at] ?? "";
      if (word.startsWith("-")) {
        const flag = this.#flagHelp(nameOf(word, this.#style), path, help);
        if (flag === null) return null;
        if (flag !== "unknown" && flag.takesValue && !word.includes("=") && !isShortWithValue(word)) at++;
        continue;
      }
      if (word.includes(ELLIPSIS)) {
        this.#open(`not read: which subcommand ${word} is only the shell will know`);
        return null;
      }
      const group = help;
      path.push(word);
      help = this.#help(path);
      if (help !== null && help.path?.slice(0, path.length).join(" ") !== path.join(" ")) {
        this.#unknownSubcommand(path, group);
        return null;
      }
    }
    if (help === null) return null;
    if (help.path === null) this.#open(`${this.#program} did not say how it is called`);
    if (help.deprecated !== null) this.#add("deprecated", help.deprecated);
    return help.path === null ? null : help;
  }

  #unknownSubcommand(path: readonly string[], group: ProgramHelp): void {
    const others = [...this.#known.styles].flatMap(([name, style]) => {
      if (name === this.#program || style !== "subcommands") return [];
      const said = this.#ask({ program: name, asked: [...path, "--help"] });
      const theirs = said === null ? null : readHelp(name, said.output);
      return theirs?.path?.slice(0, path.length).join(" ") === path.join(" ") ? [`${name} ${path.join(" ")}`] : [];
    });
    const known = group.subcommands.map((one) => one.split(" ").at(path.length > 1 ? -1 : 0));
    const instead = others.length > 0 ? `use ${others.join(" or ")}` : `it knows ${[...new Set(known)].join(", ")}`;
    this.#add("unknown", `${this.#program} knows no subcommand "${path.join(" ")}": ${instead}`);
  }

  /** The flags of the command, by their names alone. */
  #flags(): readonly string[] {
    const words = this.#command.words;
    const end = words.indexOf("--");
    return (end === -1 ? words : words.slice(0, end))
      .filter((word) => /^-./.test(word))
      .map((word) => nameOf(word, this.#style));
  }

  #examineFlag(flag: string, help: ProgramHelp): void {
    if (flag.includes(ELLIPSIS)) {
      this.#open(`not read: which flag ${flag} is only the shell will know`);
      return;
    }
    const known = this.#flagHelp(flag, help.path ?? [], help);
    if (known === null) return;
    if (known === "unknown") {
      const instead = noMoreExperimental(flag, help) ?? nearFlags(flag, help.flags);
      this.#add("unknown", `${[this.#program, ...(help.path ?? [])].join(" ")} knows no flag ${flag}${instead}`);
    } else if (known.deprecated !== null) {
      this.#add("deprecated", `${flag}: ${known.deprecated}`);
    }
  }

  /** Of a flag that the help does not show (hidden, or a global one), the program is asked for itself. */
  #flagHelp(flag: string, path: readonly string[], help: ProgramHelp): FlagHelp | "unknown" | null {
    const shown = help.flags.get(flag);
    if (shown !== undefined) return shown;
    if (flag.includes(ELLIPSIS)) return { takesValue: false, deprecated: null };
    // Go's flag package reads in order, and with a value behind the equals sign none is taken from the next word; cobra reads all
    // before it acts, and acts on nothing beside --help.
    const asked = this.#style === "flags" ? [`${flag}=`, "--help"] : [...path, "--help", flag];
    const said = this.#ask({ program: this.#program, asked });
    if (said === null || said.exitCode === null) return null;
    if (/unknown (shorthand )?flag|flag provided but not defined/.test(said.output)) return "unknown";
    const outOfDate = /^.*\bhas been deprecated\b.*$/m.exec(said.output)?.[0] ?? null;
    return { takesValue: /flag needs an argument/.test(said.output), deprecated: outOfDate };
  }

  #help(path: readonly string[]): ProgramHelp | null {
    const said = this.#ask({ program: this.#program, asked: [...path, "--help"] });
    return said === null || said.exitCode === null ? null : readHelp(this.#program, said.output);
  }

  #ask(question: Question): ProgramSaidEntry | null {
    const said = this.#known.answers.get(keyOf(question)) ?? null;
    if (said === null) this.#known.found.questions.set(keyOf(question), question);
    else if (said.exitCode === null) this.#open(`${question.program} could not be asked: ${said.output}`);
    return said;
  }

  #open(text: string): void {
    this.#add("open", text);
  }

  #add(list: "unknown" | "deprecated" | "open", text: string): void {
    const remarks = this.#known.found[list];
    if (!remarks.some((one) => one.command === this.#command && one.text === text)) {
      remarks.push({ command: this.#command, text });
    }
  }
}

/** `--peer-urls=x` is `--peer-urls`; `-wtable` is `-w` for cobra; Go's own package takes one dash for two. */
function nameOf(word: string, style: CommandLineStyle): string {
  const [name = ""] = word.split("=");
  if (style === "flags") return name.replace(/^--?/, "--");
  return name.startsWith("--") ? name : name.slice(0, 2);
}

function isShortWithValue(word: string): boolean {
  return /^-[A-Za-z]./.test(word);
}
