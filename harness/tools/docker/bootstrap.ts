/**
 * The files of a small Debian, as one archive, made with debootstrap from the machine's own mirror and kept in the cache.
 * debootstrap itself is unpacked from its package when it is not on PATH; nothing is installed.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../../core/index.ts";
import { runCommand } from "../command.ts";
import { mirrorOf, packagesOutOfReach, unpackPackages } from "../debian-packages.ts";
import { findOnPath } from "../machine.ts";
import type { ToolMachine } from "../program.ts";

/** Seen: 30 to 70 s. */
const BOOTSTRAP_WITHIN_MS = 600_000;

/** What the slim images of Debian lack too: nobody reads it in a container. */
const LEFT_OUT = ["usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale"];

interface BootstrapOptions {
  readonly release: string;
  progress(line: string): void;
  readonly signal?: AbortSignal | undefined;
}

/** Why debootstrap cannot run on this machine, or undefined. */
export function bootstrapHindrance(machine: ToolMachine): string | undefined {
  if (process.getuid?.() !== 0) return "debootstrap needs root";
  const missing = ["unshare", "tar"].filter((name) => findOnPath(machine, name) === undefined);
  return missing.length > 0 ? `no ${missing.join(", no ")} on PATH` : packagesOutOfReach(machine);
}

/**
 * @returns the path of a tar archive
 * @throws DrillError `environment` when it does not work out, `interrupted` when the signal aborts.
 */
export async function bootstrapArchive(
  machine: ToolMachine,
  { release, progress, signal }: BootstrapOptions,
): Promise<string> {
  const archive = join(machine.cacheDir, `docker-base-${release}.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(machine.cacheDir, { recursive: true });
  const folder = mkdtempSync(join(machine.cacheDir, ".unfinished-"));
  try {
    const { program, environment } = await debootstrap(machine, { release, folder, signal });
    const root = join(folder, "root");
    const run = async (file: string, args: readonly string[]): Promise<void> => {
      const result = await runCommand(machine, file, args, { environment, signal, timeoutMs: BOOTSTRAP_WITHIN_MS });
      if (!result.ok) {
        throw new DrillError(
          "environment",
          "docker",
          `${args.join(" ")} failed: ${lastWords(result.stdout, result.trouble)}`,
        );
      }
    };
    progress(`debootstrap of Debian ${release} (half a minute to a minute)`);
    // Namespaces of its own: what it mounts and starts ends with it, however it ends.
    const apart = ["--mount", "--pid", "--fork", "--kill-child"];
    await run("unshare", [...apart, program, "--variant=minbase", release, root, mirrorOf(machine)]);
    finish(root);
    await run("tar", ["--create", "--file", join(folder, "base.tar"), "--directory", root, "."]);
    renameSync(join(folder, "base.tar"), archive);
    return archive;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** debootstrap says what went wrong on its standard output, after `E: `. */
function lastWords(stdout: string, trouble: string): string {
  return /^E: .*$/m.exec(stdout)?.[0] ?? trouble;
}

/** The one on PATH, or one that is unpacked from its package (it is a script, of any release). */
async function debootstrap(
  machine: ToolMachine,
  { release, folder, signal }: { release: string; folder: string; signal: AbortSignal | undefined },
): Promise<{ readonly program: string; readonly environment: Readonly<Record<string, string>> }> {
  const found = findOnPath(machine, "debootstrap");
  if (found !== undefined) return { program: found, environment: {} };
  const apt = join(folder, "apt");
  const [unpacked] = await unpackPackages(machine, { release, packages: ["debootstrap"], folder: apt, signal });
  const at = unpacked?.folder ?? apt;
  return {
    program: join(at, "usr/sbin/debootstrap"),
    environment: { DEBOOTSTRAP_DIR: join(at, "usr/share/debootstrap") },
  };
}

/** Takes out what images do not need, and keeps packages that are installed later from bringing it. */
function finish(root: string): void {
  for (const path of [...LEFT_OUT, "var/lib/apt/lists", "var/cache/apt", "var/log/bootstrap.log"]) {
    rmSync(join(root, path), { recursive: true, force: true });
  }
  for (const path of ["var/lib/apt/lists/partial", "var/cache/apt/archives/partial"]) {
    mkdirSync(join(root, path), { recursive: true });
  }
  const excluded = LEFT_OUT.map((path) => `path-exclude /${path}/*\n`).join("");
  writeFileSync(join(root, "etc/dpkg/dpkg.cfg.d/drillbook"), excluded);
  const apt = [
    // Mirrors that are kept for good serve release files that have run out. The signature is checked all the same.
    'Acquire::Check-Valid-Until "false";',
    'Acquire::Languages "none";',
    'APT::Install-Recommends "false";',
  ];
  writeFileSync(join(root, "etc/apt/apt.conf.d/50drillbook"), `${apt.join("\n")}\n`);
}
