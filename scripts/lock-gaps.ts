/**
 * Finds, and with `--fill` writes, what package-lock.json lacks for other platforms. Tools with native parts name one
 * optional package for each platform. npm only locks those that it could look up when the lock was made; `npm ci` then
 * refuses the lock as "out of sync" (npm/cli#4828, #8805). Names and exact versions stand in the lock already, so
 * the gaps can be filled without asking anyone. Run it after each `npm install`; a test sees when it was forgotten.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What is read of one package in the lock. */
interface LockedPackage {
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What is read of package-lock.json. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** An entry that npm would have written. Without a digest: that is known to those only who can look the package up. */
export interface FilledPackage {
  readonly version: string;
  readonly cpu: readonly string[];
  readonly dev?: true;
  readonly libc?: readonly string[];
  readonly optional: true;
  readonly os: readonly string[];
}

/**
 * The entries that are missing: path in the lock to entry.
 * @throws Error for an optional package whose version or platform cannot be read from what the lock says.
 */
export function lockGaps(lock: Lock): Readonly<Record<string, FilledPackage>> {
  const gaps: Record<string, FilledPackage> = {};
  for (const [path, parent] of Object.entries(lock.packages)) {
    if (path === "") continue;
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const own = `${path}/node_modules/${name}`;
      const shared = `node_modules/${name}`;
      if (own in lock.packages || shared in lock.packages) continue;
      gaps[shared] = filled(name, version, parent.dev === true);
    }
  }
  return gaps;
}

/** Reads the platform from a name such as `binding-linux-x64-musl`. The keys stand in npm's own order. */
function filled(name: string, version: string, dev: boolean): FilledPackage {
  if (!/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`${name}@${version} is no exact version: it can only be locked where it can be looked up.`);
  }
  const platform =
    /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x)(.*)$/.exec(name);
  if (platform === null) throw new Error(`${name}: its platform cannot be read from its name.`);
  const [, os = "", cpu = "", abi = ""] = platform;
  const libc = os !== "linux" || abi === "" ? {} : { libc: [abi.includes("musl") ? "musl" : "glibc"] };
  return { version, cpu: [cpu], ...(dev ? { dev } : {}), ...libc, optional: true, os: [os] };
}

function main(): void {
  const lockFile = fileURLToPath(new URL("../package-lock.json", import.meta.url));
  const lock = JSON.parse(readFileSync(lockFile, "utf8")) as Lock;
  const gaps = lockGaps(lock);
  const count = Object.keys(gaps).length;
  if (count > 0 && process.argv.includes("--fill")) {
    const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
      a.localeCompare(b, "en");
    const packages = Object.fromEntries(Object.entries({ ...lock.packages, ...gaps }).toSorted(byName));
    writeFileSync(lockFile, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
    process.stderr.write(`filled ${count} gaps in package-lock.json\n`);
    return;
  }
  for (const path of Object.keys(gaps)) process.stderr.write(`package-lock.json lacks ${path}\n`);
  process.exitCode = count === 0 ? 0 : 1;
}

if (import.meta.main) main();
