/**
 * Programs unpacked from Debian's packages. Nothing is installed: apt gets a configuration, lists and a state of its own
 * below a temporary folder, and the packages are only unpacked.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import { runCommand } from "./command.ts";
import { keep, readKept } from "./kept.ts";
import { findMirror } from "./debian-mirror.ts";
import { findOnPath } from "./machine.ts";
import type { DebianPackages, ObtainOptions, ProgramFamily, ProgramSource, ToolMachine } from "./program.ts";
import type { Packaged } from "./stamp.ts";
import { layOut, type UnpackedPackage } from "./unpacked.ts";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

export const debianSource: ProgramSource = {
  id: "debian",
  title: "unpacked from Debian's packages",
  because: "last, because it is downloaded, and its version is whatever the release has",
  async look(family, machine) {
    const programs = readKept(family, machine, folderName(family), "debian");
    if (programs !== undefined) return { kind: "ready", programs };
    const remedy = "use a Debian machine with apt-get, dpkg and a reachable mirror";
    const missing = ["apt-get", "dpkg", "dpkg-deb"].filter((name) => findOnPath(machine, name) === undefined);
    if (missing.length > 0) return { kind: "absent", reason: `no ${missing.join(", no ")} on PATH`, remedy };
    if (findMirror(machine.aptDir) === undefined) {
      return { kind: "absent", reason: `${machine.aptDir} names no mirror of Debian`, remedy };
    }
    const { release, because, packages, libraries } = packagesOf(family);
    const what = [...packages, ...libraries].join(", ");
    return { kind: "obtainable", how: `download ${what} of Debian ${release} and unpack them (${because})` };
  },
  async obtain(family, machine, options) {
    const mirror = findMirror(machine.aptDir);
    if (mirror === undefined) throw new DrillError("environment", "programs", `${machine.aptDir} names no mirror.`);
    return keep(family, machine, {
      name: folderName(family),
      source: "debian",
      signal: options.signal,
      fill: (folder) => unpack(family, machine, { mirror, folder, ...options }),
    });
  },
};

function packagesOf({ name, debian }: ProgramFamily): DebianPackages {
  if (debian === null) throw new DrillError("harness", "programs", `No package of Debian is known for ${name}.`);
  return debian;
}

function folderName(family: ProgramFamily): string {
  return `${family.name}-debian-${packagesOf(family).release}`;
}

async function unpack(
  family: ProgramFamily,
  machine: ToolMachine,
  { mirror, folder, progress, signal }: ObtainOptions & { mirror: string; folder: string },
): Promise<ReadonlyMap<string, Packaged>> {
  const { release, packages, libraries } = packagesOf(family);
  const apt = join(folder, "apt");
  const environment = { APT_CONFIG: writeAptConfiguration(apt, mirror, release) };
  const run = async (file: string, ...args: string[]): Promise<string> => {
    const result = await runCommand(machine, file, args, { cwd: apt, environment, signal });
    if (result.ok) return result.stdout.trim();
    throw new DrillError("environment", "programs", `${file} ${args.join(" ")} failed: ${result.trouble}`);
  };
  progress(`downloading ${[...packages, ...libraries].join(", ")} of Debian ${release}; nothing is installed`);
  await run("apt-get", "update");
  await run("apt-get", "download", "-t", release, ...packages, ...libraries);
  const unpacked: UnpackedPackage[] = [];
  for (const file of readdirSync(apt).filter((one) => one.endsWith(".deb"))) {
    const [name = "", version = ""] = (
      await run("dpkg-deb", "--show", "--showformat=${Package} ${Version}", file)
    ).split(" ");
    await run("dpkg", "-x", file, join("unpacked", name));
    unpacked.push({ name, version, folder: join(apt, "unpacked", name) });
  }
  const packaged = layOut(family, unpacked, folder);
  rmSync(apt, { recursive: true, force: true });
  return packaged;
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
