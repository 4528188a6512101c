/**
 * The private engine's programs, of Debian's packages, unpacked below the cache and not installed. Which releases: the engine of
 * trixie (26.1) can start privileged containers where CAP_SYS_RESOURCE is missing, that of bookworm (20.10) cannot; runc and iptables
 * of bookworm run on it and on later releases, with their libraries beside them, where trixie's want a later libc.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ToolMachine } from "../../harness/tools/index.ts";
import { unpackPackages } from "../../harness/tools/debian-packages.ts";
import { privateProgramsFolder } from "../../harness/tools/docker/private-engine.ts";

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  trixie: ["docker.io", "docker-cli", "containerd", "tini"],
  bookworm: [
    ...["runc", "libseccomp2"],
    ...["iptables", "libip4tc2", "libip6tc2", "libxtables12", "libmnl0", "libnetfilter-conntrack3", "libnfnetlink0"],
    "libnftnl11",
  ],
};

/** Names under which Docker calls iptables; Debian makes these links when the package is installed. */
const IPTABLES = ["iptables", "ip6tables"];

const VERSIONS = "packages.json";

export interface EnginePrograms {
  /** Versions by package. */
  readonly versions: Readonly<Record<string, string>>;
  /** What the programs need beside the machine's own: PATH, and where libraries lie. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The programs, downloaded when they are not in the cache.
 * @throws DrillError `environment` when they cannot be had, `interrupted` when the signal aborts.
 */
export async function enginePrograms(
  machine: ToolMachine,
  { progress, signal }: { progress(line: string): void; signal: AbortSignal },
): Promise<EnginePrograms> {
  const folder = privateProgramsFolder(machine);
  if (!existsSync(folder)) await unpack(machine, folder, { progress, signal });
  const versions = JSON.parse(readFileSync(join(folder, VERSIONS), "utf8")) as Record<string, string>;
  return { versions, environment: environmentOf(machine) };
}

async function unpack(
  machine: ToolMachine,
  folder: string,
  { progress, signal }: { progress(line: string): void; signal: AbortSignal },
): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(join(dirname(folder), ".unfinished-"));
  try {
    const programs = join(work, "programs");
    const versions: Record<string, string> = {};
    for (const [release, packages] of Object.entries(PACKAGES)) {
      progress(`downloading ${packages.join(", ")} of Debian ${release}; nothing is installed`);
      for (const one of await unpackPackages(machine, { release, packages, folder: join(work, release), signal })) {
        versions[one.name] = one.version;
        await cp(one.folder, programs, { recursive: true, verbatimSymlinks: true, force: true });
      }
    }
    for (const name of IPTABLES) {
      const link = join(programs, "usr/sbin", name);
      rmSync(link, { force: true });
      symlinkSync("xtables-nft-multi", link);
    }
    writeFileSync(join(programs, VERSIONS), `${JSON.stringify(versions, null, 2)}\n`);
    // Another start may have been faster; its folder is as good.
    if (!existsSync(folder)) renameSync(programs, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What the programs need beside the machine's own, whether they are there or not. */
export function environmentOf(machine: ToolMachine): Readonly<Record<string, string>> {
  const folder = privateProgramsFolder(machine);
  const libraries = ["usr/lib", "lib"].flatMap((from) => [join(folder, from, triplet()), join(folder, from)]);
  return {
    PATH: [join(folder, "usr/bin"), join(folder, "usr/sbin"), join(folder, "sbin"), ...machine.searchPath].join(":"),
    LD_LIBRARY_PATH: libraries.join(":"),
    XTABLES_LIBDIR: join(folder, "usr/lib", triplet(), "xtables"),
  };
}

/** Debian's name of the architecture, in the paths of its libraries. */
function triplet(): string {
  return process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
}
