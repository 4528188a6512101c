/**
 * Packages of Debian that were unpacked and not installed, as programs that run from where they lie. A program whose libraries the machine may lack
 * gets a script of its name before it, which says where these are and then becomes it (`exec`), so that there is one process.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { DrillError } from "../core/index.ts";
import { digestOfFiles } from "./packages.ts";
import type { ProgramFamily } from "./program.ts";
import type { Packaged } from "./stamp.ts";

/** One that was unpacked. */
export interface UnpackedPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

/** Resolves links to itself, so that it finds what lies beside it when it is called by one. */
const WITH_LIBRARIES = `#!/bin/sh
here=$(dirname -- "$(readlink -f -- "$0")")
LD_LIBRARY_PATH="$here/libraries" exec "$here/programs/$(basename -- "$0")" "$@"
`;

/**
 * Moves what is needed out of the packages.
 * @returns what they say of each program
 * @throws DrillError `environment` when a program is in none of them.
 */
export function layOut(
  { programs, debian }: ProgramFamily,
  packages: readonly UnpackedPackage[],
  folder: string,
): ReadonlyMap<string, Packaged> {
  const names = debian?.libraries ?? [];
  const libraries = packages
    .filter(({ name }) => names.includes(name))
    .map(({ name, version, folder: from }) => ({
      name,
      version,
      files: takeLibraries(from, join(folder, "libraries")),
    }))
    .map(({ name, version, files }) => ({ name, version, sha256: digestOfFiles(files) }));
  const packaged = new Map<string, Packaged>();
  for (const { name } of programs) {
    const holder = packages.find((one) => existsSync(join(one.folder, "usr/bin", name)));
    if (holder === undefined) {
      const searched = packages.map((one) => one.name).join(", ");
      throw new DrillError("environment", "programs", `${searched} hold no ${name}.`);
    }
    const [from, called] = [join(holder.folder, "usr/bin", name), join(folder, name)];
    const itself = libraries.length === 0 ? called : join(folder, "programs", name);
    mkdirSync(join(folder, "programs"), { recursive: true });
    renameSync(from, itself);
    if (itself !== called) {
      writeFileSync(called, WITH_LIBRARIES);
      chmodSync(called, 0o755);
    }
    packaged.set(name, { version: holder.version, libraries, itself });
  }
  return packaged;
}

/** Libraries lie in a folder named after the machine's architecture, under /lib or /usr/lib. */
function takeLibraries(from: string, to: string): readonly string[] {
  mkdirSync(to, { recursive: true });
  const found = readdirSync(from, { recursive: true, encoding: "utf8" }).filter((name) =>
    /^(usr\/)?lib\/.*\.so\.[\d.]+$/.test(name),
  );
  for (const name of found) renameSync(join(from, name), join(to, basename(name)));
  return found.map((name) => join(to, basename(name)));
}
