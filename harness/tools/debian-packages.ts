/**
 * Packages of a release of Debian, downloaded and unpacked. Nothing is installed: apt gets a configuration, lists and a state of
 * its own, checks signatures and checksums as ever, and the packages are only unpacked.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import { runCommand } from "./command.ts";
import { findMirror } from "./debian-mirror.ts";
import { findOnPath } from "./machine.ts";
import type { ToolMachine } from "./program.ts";
import type { UnpackedPackage } from "./unpacked.ts";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

export interface PackagesWanted {
  readonly release: string;
  readonly packages: readonly string[];
  /** Empty or new; apt's own files are put there too. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/** Why packages of Debian cannot be had on this machine, or undefined. Asks nobody. */
export function packagesOutOfReach(machine: ToolMachine): string | undefined {
  const missing = ["apt-get", "dpkg", "dpkg-deb"].filter((name) => findOnPath(machine, name) === undefined);
  if (missing.length > 0) return `no ${missing.join(", no ")} on PATH`;
  return findMirror(machine.aptDir) === undefined ? `${machine.aptDir} names no mirror of Debian` : undefined;
}

/**
 * Downloads them and unpacks each into a folder of its own below `folder`.
 * @throws DrillError `environment` when it does not work out, `interrupted` when the signal aborts.
 */
export async function unpackPackages(
  machine: ToolMachine,
  { release, packages, folder, signal }: PackagesWanted,
): Promise<readonly UnpackedPackage[]> {
  const environment = { APT_CONFIG: writeAptConfiguration(folder, mirrorOf(machine), release) };
  const run = async (file: string, ...args: string[]): Promise<string> => {
    const result = await runCommand(machine, file, args, { cwd: folder, environment, signal });
    if (result.ok) return result.stdout.trim();
    throw new DrillError("environment", "programs", `${file} ${args.join(" ")} failed: ${result.trouble}`);
  };
  await run("apt-get", "update");
  await run("apt-get", "download", "-t", release, ...packages);
  const unpacked: UnpackedPackage[] = [];
  for (const file of readdirSync(folder).filter((one) => one.endsWith(".deb"))) {
    const [name = "", version = ""] = (
      await run("dpkg-deb", "--show", "--showformat=${Package} ${Version}", file)
    ).split(" ");
    await run("dpkg", "-x", file, join("unpacked", name));
    unpacked.push({ name, version, folder: join(folder, "unpacked", name) });
  }
  return unpacked;
}

/**
 * The mirror of Debian that the machine itself uses.
 * @throws DrillError `environment` when it names none.
 */
export function mirrorOf(machine: ToolMachine): string {
  const mirror = findMirror(machine.aptDir);
  if (mirror === undefined) throw new DrillError("environment", "programs", `${machine.aptDir} names no mirror.`);
  return mirror;
}

/** @returns the path of the configuration file */
function writeAptConfiguration(apt: string, mirror: string, release: string): string {
  for (const folder of ["lists/partial", "cache/archives/partial", "none", "unpacked"]) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  const signedBy = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : "";
  writeFileSync(join(apt, "sources.list"), `deb ${signedBy}${mirror} ${release} main\n`);
  // Empty: nothing counts as installed.
  writeFileSync(join(apt, "status"), "");
  const settings: Record<string, string> = {
    "Dir::Etc::sourcelist": join(apt, "sources.list"),
    "Dir::Etc::sourceparts": join(apt, "none"),
    "Dir::Etc::preferences": join(apt, "no-preferences"),
    "Dir::Etc::preferencesparts": join(apt, "none"),
    "Dir::State": apt,
    "Dir::State::lists": join(apt, "lists"),
    "Dir::State::status": join(apt, "status"),
    "Dir::Cache": join(apt, "cache"),
    // Mirrors that are kept for good serve release files that have run out. The signature is checked all the same.
    "Acquire::Check-Valid-Until": "false",
    // apt's own user could not write below a private folder.
    "APT::Sandbox::User": "root",
  };
  const file = join(apt, "apt.conf");
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([key, value]) => `${key} "${value}";\n`)
      .join(""),
  );
  return file;
}
