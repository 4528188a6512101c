/**
 * Stamps: what a program said of itself, and what its file looked like then. A stamp is believed as long as the file's
 * size and time are the same, so that a start need not run three programs to know their versions. The version in a
 * record is always one that a program said; never one that was expected.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { DrillError } from "../core/index.ts";
import { runCommand } from "./command.ts";
import type { LibraryRecord, ProgramKind, ProgramSourceId, ResolvedProgram, ToolMachine } from "./program.ts";

/** One program's file at the time when its version was asked. */
export interface ProgramStamp {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly dataBytes: number;
  readonly modifiedAtMs: number;
  /** Left out: none of its own. */
  readonly libraries?: readonly LibraryRecord[];
}

/** What a package says of the program in it, beside what the program says. */
export interface Packaged {
  /** Undefined: nothing says it. */
  readonly version: string | undefined;
  readonly libraries: readonly LibraryRecord[];
  /** Where the program itself lies, when what is called is only a script before it. */
  readonly itself?: string;
}

/** The program that was stamped, at its place. */
export function resolved(stamp: ProgramStamp, source: ProgramSourceId, path: string): ResolvedProgram {
  const { name, version, sha256, libraries = [] } = stamp;
  return { name, version, source, sha256, path, libraries };
}

/** True when the file at `path` looks as it did when it was stamped. */
export function isFresh(stamp: ProgramStamp, path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.isFile() && stat.size === stamp.dataBytes && stat.mtimeMs === stamp.modifiedAtMs;
}

/**
 * Asks the program at `path` for its version, and digests its file. One that says none must run all the same.
 * @throws DrillError `environment` when it does not run, or nothing says its version.
 */
export async function stampProgram(
  kind: ProgramKind,
  path: string,
  machine: ToolMachine,
  { signal, packaged }: { readonly signal?: AbortSignal | undefined; readonly packaged?: Packaged | undefined } = {},
): Promise<ProgramStamp> {
  const stat = statSync(path);
  const said = await runCommand(machine, path, kind.versionArguments, { signal, timeoutMs: 20_000 });
  const version =
    kind.versionPattern === null ? packaged?.version : kind.versionPattern.exec(`${said.stdout}\n${said.stderr}`)?.[1];
  if (!said.ok || version === undefined) {
    throw new DrillError(
      "environment",
      "programs",
      `Asked ${path} ${kind.versionArguments.join(" ")} for its version; ` +
        (said.ok ? noVersion(kind, said.stdout) : `it failed: ${said.trouble}`),
    );
  }
  return {
    name: kind.name,
    version,
    sha256: await digestOf(packaged?.itself ?? path),
    dataBytes: stat.size,
    modifiedAtMs: stat.mtimeMs,
    ...(packaged === undefined || packaged.libraries.length === 0 ? {} : { libraries: packaged.libraries }),
  };
}

function noVersion(kind: ProgramKind, answer: string): string {
  return kind.versionPattern === null
    ? "it says none, and it belongs to no package of Debian that would"
    : `no version was in its answer: ${answer.slice(0, 200)}`;
}

/** sha256 of a file, in hex. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** The stamps in `file`; empty when there is none that can be read, which costs no more than asking again. */
export function readStamps(file: string): readonly ProgramStamp[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return [];
  }
  return Array.isArray(content) && content.every(isStamp) ? content : [];
}

/** Writes stamps so that a reader sees the old ones or the new ones, never half of them. */
export function writeStamps(file: string, stamps: readonly ProgramStamp[]): void {
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, `${JSON.stringify(stamps, null, 2)}\n`);
  renameSync(temporary, file);
}

function isStamp(value: unknown): value is ProgramStamp {
  if (typeof value !== "object" || value === null) return false;
  const stamp = value as Partial<Record<keyof ProgramStamp, unknown>>;
  return (
    typeof stamp.name === "string" &&
    typeof stamp.version === "string" &&
    typeof stamp.sha256 === "string" &&
    typeof stamp.dataBytes === "number" &&
    typeof stamp.modifiedAtMs === "number" &&
    (stamp.libraries === undefined || (Array.isArray(stamp.libraries) && stamp.libraries.every(isLibrary)))
  );
}

function isLibrary(value: unknown): value is LibraryRecord {
  if (typeof value !== "object" || value === null) return false;
  const library = value as Partial<Record<keyof LibraryRecord, unknown>>;
  return typeof library.name === "string" && typeof library.version === "string" && typeof library.sha256 === "string";
}
