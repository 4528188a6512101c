/**
 * The private engine: where it lies, and what keeps this machine from having one. `scripts/docker-engine.ts` starts and stops it;
 * here nothing is started. There is one on a machine at most.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packagesOutOfReach } from "../debian-packages.ts";
import { findOnPath } from "../machine.ts";
import type { ToolMachine } from "../program.ts";

/** What runs: its socket, its state, its log. Below /run, so that it is gone after a boot, as the engine is. */
export const PRIVATE_RUN_FOLDER = "/run/drillbook-engine";

/** How its clients name it. */
export const PRIVATE_HOST: string = `unix://${PRIVATE_RUN_FOLDER}/docker.sock`;

/** Where its programs are kept, unpacked; the folder appears whole or not at all. */
export function privateProgramsFolder(machine: ToolMachine): string {
  return join(machine.cacheDir, "docker-engine", "programs");
}

/** Where its images are kept from one start to the next. */
export function privateDataFolder(machine: ToolMachine): string {
  return join(machine.cacheDir, "docker-engine", "data");
}

/** The parts of the machine that decide it; tests pass made-up ones. */
export interface EngineHost {
  readonly platform: NodeJS.Platform;
  readonly uid: number | undefined;
  /** The folder in which the kernel's control groups are mounted, /sys/fs/cgroup. */
  readonly cgroupFolder: string;
  /** /etc/os-release. */
  readonly osReleaseFile: string;
  /** /proc. */
  readonly procFolder: string;
}

/** This machine's. */
export function thisHost(): EngineHost {
  return {
    platform: process.platform,
    uid: process.getuid?.(),
    cgroupFolder: "/sys/fs/cgroup",
    osReleaseFile: "/etc/os-release",
    procFolder: "/proc",
  };
}

/** What keeps a machine from having a private engine, and what to do about it. */
export interface Hindrance {
  readonly reason: string;
  readonly remedy: string;
}

/** The first thing that keeps this machine from having a private engine, or undefined. Asks nobody, changes nothing. */
export function hindrance(machine: ToolMachine, host: EngineHost = thisHost()): Hindrance | undefined {
  const other = "start a Docker engine of your own, and set DOCKER_HOST to it";
  if (host.platform !== "linux" || !isDebian(host)) {
    return { reason: "this is no Debian, and the engine's programs are Debian's", remedy: other };
  }
  if (host.uid !== 0) {
    return { reason: "an engine is root's, and this is not root", remedy: `be root; or ${other}` };
  }
  if (groupsOf(host) === undefined) {
    return {
      reason: `${host.cgroupFolder} has no control groups for containers (neither v1's freezer nor v2)`,
      remedy: `mount them, e.g. mount -t cgroup2 none ${host.cgroupFolder}; or ${other}`,
    };
  }
  const missing = ["ip", "unshare", "mount"].filter((name) => findOnPath(machine, name) === undefined);
  if (missing.length > 0) {
    return {
      reason: `no ${missing.join(", no ")} on PATH`,
      remedy: "apt-get install iproute2 util-linux mount",
    };
  }
  if (existsSync(privateProgramsFolder(machine))) return undefined;
  const reason = packagesOutOfReach(machine);
  return reason === undefined ? undefined : { reason, remedy: other };
}

/** The hierarchy of control groups by which the engine's processes are known; undefined: there is none that serves. */
export function groupsOf(host: EngineHost): { readonly version: 1 | 2; readonly folder: string } | undefined {
  const freezer = join(host.cgroupFolder, "freezer");
  if (existsSync(join(freezer, "cgroup.procs"))) return { version: 1, folder: freezer };
  return existsSync(join(host.cgroupFolder, "cgroup.controllers"))
    ? { version: 2, folder: host.cgroupFolder }
    : undefined;
}

function isDebian({ osReleaseFile }: EngineHost): boolean {
  try {
    return /^ID="?debian"?$/m.test(readFileSync(osReleaseFile, "utf8"));
  } catch {
    return false;
  }
}
