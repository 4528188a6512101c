/**
 * Programs unpacked from Debian's packages. Nothing is installed: apt gets a configuration, lists and a state of its own
 * below a temporary folder, and the packages are only unpacked.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import { runCommand } from "./command.ts";
import { keep, readKept } from "./kept.ts";
import { findOnPath } from "./machine.ts";
import type { ObtainOptions, ProgramFamily, ProgramSource, ToolMachine } from "./program.ts";

/** Debian 13: the first release whose etcd (3.5.16) a drill can use. Its programs run on Debian 12 as they are. */
const RELEASE = "trixie";
/** Releases that mark an entry of the machine's own sources as one for Debian's main archive. */
const DEBIAN_SUITES = /^(bullseye|bookworm|trixie|forky|sid|oldstable|stable|testing|unstable)$/;
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

export const debianSource: ProgramSource = {
  id: "debian",
  title: `unpacked from Debian ${RELEASE}'s packages`,
  because: "last, because it is downloaded and its version is older than the pinned one",
  async look(family, machine) {
    const programs = readKept(family, machine, folderName(family), "debian");
    if (programs !== undefined) return { kind: "ready", programs };
    const remedy = "use a Debian machine with apt-get, dpkg and a reachable mirror";
    const missing = ["apt-get", "dpkg"].filter((name) => findOnPath(machine, name) === undefined);
    if (missing.length > 0) return { kind: "absent", reason: `no ${missing.join(", no ")} on PATH`, remedy };
    if (findMirror(machine.aptDir) === undefined) {
      return { kind: "absent", reason: `${machine.aptDir} names no mirror of Debian`, remedy };
    }
    return { kind: "obtainable", how: `download ${family.debianPackages.join(" and ")} of ${RELEASE} and unpack them` };
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

function folderName(family: ProgramFamily): string {
  return `${family.name}-debian-${RELEASE}`;
}

async function unpack(
  family: ProgramFamily,
  machine: ToolMachine,
  { mirror, folder, progress, signal }: ObtainOptions & { mirror: string; folder: string },
): Promise<void> {
  const apt = join(folder, "apt");
  const environment = { APT_CONFIG: writeAptConfiguration(apt, mirror) };
  const run = async (file: string, ...args: string[]): Promise<void> => {
    const result = await runCommand(machine, file, args, { cwd: apt, environment, signal });
    if (!result.ok) {
      throw new DrillError("environment", "programs", `${file} ${args.join(" ")} failed: ${result.trouble}`);
    }
  };
  progress(`downloading ${family.debianPackages.join(", ")} of Debian ${RELEASE}; nothing is installed`);
  await run("apt-get", "update");
  await run("apt-get", "download", "-t", RELEASE, ...family.debianPackages);
  for (const file of readdirSync(apt).filter((name) => name.endsWith(".deb"))) {
    await run("dpkg", "-x", file, "unpacked");
  }
  for (const { name } of family.programs) {
    const from = join(apt, "unpacked/usr/bin", name);
    if (!existsSync(from)) {
      throw new DrillError("environment", "programs", `${family.debianPackages.join(", ")} hold no ${name}.`);
    }
    renameSync(from, join(folder, name));
  }
  rmSync(apt, { recursive: true, force: true });
}

/** @returns the path of the configuration file */
function writeAptConfiguration(apt: string, mirror: string): string {
  for (const folder of ["lists/partial", "cache/archives/partial", "none", "unpacked"]) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  const signedBy = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : "";
  writeFileSync(join(apt, "sources.list"), `deb ${signedBy}${mirror} ${RELEASE} main\n`);
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

/** The address of a Debian mirror that the machine itself uses, from sources in either format. */
export function findMirror(aptDir: string): string | undefined {
  const parts = join(aptDir, "sources.list.d");
  const files = [
    join(aptDir, "sources.list"),
    ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : []),
  ];
  for (const file of files) {
    if (!existsSync(file) || !/\.(list|sources)$/.test(file)) continue;
    const text = readFileSync(file, "utf8");
    const entries = file.endsWith(".sources") ? stanzas(text) : oneLiners(text);
    const entry = entries.find(({ suites }) => suites.some((suite) => DEBIAN_SUITES.test(suite)));
    if (entry !== undefined) return entry.uri;
  }
  return undefined;
}

interface SourceEntry {
  readonly uri: string;
  readonly suites: readonly string[];
}

/** `deb [options] URI SUITE COMPONENTS...` */
function oneLiners(text: string): readonly SourceEntry[] {
  return [...text.matchAll(/^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+.*\bmain\b/gm)].map(
    ([, uri = "", suite = ""]) => ({ uri, suites: [suite] }),
  );
}

/** Paragraphs of `Field: values` (deb822). */
function stanzas(text: string): readonly SourceEntry[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): readonly string[] =>
      new RegExp(`^${name}:[ \\t]*(.*)$`, "im").exec(stanza)?.[1]?.split(/\s+/) ?? [];
    const [uri] = field("URIs");
    return uri !== undefined && uri !== "" && field("Components").includes("main")
      ? [{ uri, suites: field("Suites") }]
      : [];
  });
}
