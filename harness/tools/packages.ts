/** What Debian's package manager says of files: whose they are, and in which version. Asks; changes nothing. */
import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { runCommand } from "./command.ts";
import { findOnPath } from "./machine.ts";
import type { LibraryRecord, ToolMachine } from "./program.ts";

const ANSWER_WITHIN_MS = 20_000;

/** Names of shared libraries, without the links to them. */
const LIBRARY_FILE = /\/lib[^/]*\.so\.[^/]*$/;

/** The version of the installed package to which a file belongs; undefined: to none, or there is no such package manager. */
export async function installedVersion(machine: ToolMachine, file: string): Promise<string | undefined> {
  const owner = (await ask(machine, "-S", file))?.split(": ")[0]?.split(",")[0];
  return owner === undefined ? undefined : versionOf(machine, owner);
}

/** The installed ones of these packages of libraries. */
export async function installedLibraries(
  machine: ToolMachine,
  packages: readonly string[],
): Promise<readonly LibraryRecord[]> {
  const records: LibraryRecord[] = [];
  for (const name of packages) {
    const [version, files] = [await versionOf(machine, name), await ask(machine, "-L", name)];
    if (version === undefined || files === undefined) continue;
    records.push({ name, version, sha256: digestOfFiles(files.split("\n").filter((file) => LIBRARY_FILE.test(file))) });
  }
  return records;
}

/** sha256 of the files that several names lead to, in the order of their paths. */
export function digestOfFiles(names: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of new Set(names.map((name) => realpathSync(name)).toSorted())) hash.update(readFileSync(path));
  return hash.digest("hex");
}

async function versionOf(machine: ToolMachine, name: string): Promise<string | undefined> {
  // A package that was removed and left its settings has a version, too.
  const said = await ask(machine, "-W", "-f", "${db:Status-Status} ${Version}\\n", name);
  return /^installed (\S+)/m.exec(said ?? "")?.[1];
}

async function ask(machine: ToolMachine, ...args: readonly string[]): Promise<string | undefined> {
  if (findOnPath(machine, "dpkg-query") === undefined) return undefined;
  const answer = await runCommand(machine, "dpkg-query", args, { timeoutMs: ANSWER_WITHIN_MS });
  return answer.ok ? answer.stdout : undefined;
}
