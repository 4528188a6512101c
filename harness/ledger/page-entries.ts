/** What was asked of the page before the cluster was started: its commands, and what the programs say of them. */

/**
 * How a program takes its arguments: `subcommands` with flags among them (`etcdctl member list`), or `posix-flags` and words that are no
 * subcommands (`dqlite -s n1:9001 demo .cluster`), both read by cobra; or `flags` alone, read by Go's own package.
 */
export type CommandLineStyle = "subcommands" | "posix-flags" | "flags";

/** Every command of the page that calls one of the system's programs, as the page's text has it. */
export interface PageCommandsEntry {
  readonly kind: "page-commands";
  readonly atMs: number;
  /** The programs that were looked for. */
  readonly programs: readonly { readonly name: string; readonly style: CommandLineStyle }[];
  /** The steps that were read. */
  readonly steps: number;
  readonly commands: readonly PageCommand[];
}

/** One command, or one that could not be read. */
export interface PageCommand {
  readonly step: string;
  /** The line of the page, from 1. */
  readonly line: number;
  /** Null when it is not known, because only the shell will know it. */
  readonly program: string | null;
  /** As the page writes it, at most 200 characters. */
  readonly text: string;
  /** Its arguments, quotes removed. What only the shell knows, such as a variable's value, is an ellipsis (…) in them. */
  readonly words: readonly string[];
  /** What of it could not be read, and why; null when all was. */
  readonly unread: string | null;
}

/** What a program answered when it was asked how it is called. Nothing is done by such a call. */
export interface ProgramSaidEntry {
  readonly kind: "program-said";
  readonly atMs: number;
  readonly program: string;
  /** The arguments of the question: always with `--help`. */
  readonly asked: readonly string[];
  /** Null when it could not be run, or did not answer. */
  readonly exitCode: number | null;
  /** Standard output and error, at most 100,000 characters. */
  readonly output: string;
}
