/**
 * The home folder of a machine, and the rule that nothing outside it is written or removed (law 10).
 * The run's nonce is planted in it when it is made; without it nothing is removed.
 */
import { access, lstat, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { DrillError } from "../../core/index.ts";

/** The file that says whose folder it is: in the run's work folder and in each home folder. */
export const NONCE_FILE = ".drillbook-run";

/** Files of one machine; paths are relative to its home folder. */
export interface HomeFolder {
  readonly dir: string;
  /** @throws the file system's own error, e.g. ENOENT. */
  readFile(path: string): Promise<string>;
  /** Makes the folders on the way. @throws DrillError `harness` when the path leads out of the home folder. */
  writeFile(path: string, content: string): Promise<void>;
  /** Makes a folder, if it is not there. @throws DrillError `harness` when the path leads out of the home folder. */
  makeFolder(path: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Removes a file or a folder; nothing happens when it is not there. @throws DrillError `harness` when the path leads out. */
  remove(path: string): Promise<void>;
  /** Removes everything in it. @throws as `remove` does. */
  empty(): Promise<void>;
  /** Moves a file or a folder out, to an absolute path on the same disk. @throws as `remove` does, or the file system's own error. */
  moveOut(path: string, to: string): Promise<void>;
  /** Moves one in, to where nothing is. @throws DrillError `harness` when the path leads out. */
  moveIn(from: string, path: string): Promise<void>;
}

/** Makes a home folder that bears the nonce. */
export async function createHomeFolder(dir: string, nonce: string): Promise<HomeFolder> {
  await mkdir(dir, { recursive: true });
  const home = await realpath(dir);
  await plantNonce(home, nonce);
  const inside = (path: string): string => insideOf(home, path);
  return {
    dir: home,
    readFile: (path) => readFile(inside(path), "utf8"),
    writeFile: async (path, content) => {
      const file = await confined(home, path);
      // A link as the last part would be followed by the write.
      if (await isLink(file)) throw refused(home, path, "it is a link");
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    },
    makeFolder: async (path) => {
      // Of something in it: the last part may be no link that leads out, either.
      await mkdir(dirname(await confined(home, join(path, "any"))), { recursive: true });
    },
    exists: async (path) =>
      access(inside(path)).then(
        () => true,
        () => false,
      ),
    remove: async (path) => {
      const target = await confined(home, path);
      if (!(await bearsNonce(home, nonce))) throw refused(home, path, "the home folder does not bear this run's nonce");
      // A process that is just dying may still write into the folder: then the system says "not empty", and it is tried again.
      await rm(target, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    },
    empty: async () => {
      if (!(await bearsNonce(home, nonce))) throw refused(home, ".", "the home folder does not bear this run's nonce");
      const names = (await readdir(home)).filter((name) => name !== NONCE_FILE);
      await Promise.all(
        names.map(async (name) =>
          rm(join(home, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }),
        ),
      );
    },
    moveOut: async (path, to) => {
      const target = await confined(home, path);
      if (!(await bearsNonce(home, nonce))) throw refused(home, path, "the home folder does not bear this run's nonce");
      await mkdir(dirname(to), { recursive: true });
      await rename(target, to);
    },
    moveIn: async (from, path) => {
      const target = await confined(home, path);
      await mkdir(dirname(target), { recursive: true });
      await rename(from, target);
    },
  };
}

/** Writes the nonce into a folder of ours. */
export async function plantNonce(dir: string, nonce: string): Promise<void> {
  await writeFile(join(dir, NONCE_FILE), `${nonce}\n`, { mode: 0o600 });
}

/** Whether a folder bears this nonce; false when it bears none. */
export async function bearsNonce(dir: string, nonce: string): Promise<boolean> {
  return (await readNonce(dir)) === nonce;
}

/** The nonce that a folder bears, or null. */
export async function readNonce(dir: string): Promise<string | null> {
  try {
    return (await readFile(join(dir, NONCE_FILE), "utf8")).trim();
  } catch {
    return null;
  }
}

/** The absolute path of something below the home folder, by its name alone. */
function insideOf(home: string, path: string): string {
  const target = resolve(home, path);
  const way = relative(home, target);
  if (way === "" || way === ".." || way.startsWith("../") || isAbsolute(way))
    throw refused(home, path, "it is not below the home folder");
  return target;
}

/** The same, with every link on the way (not the last part) resolved. */
async function confined(home: string, path: string): Promise<string> {
  const target = insideOf(home, path);
  if (relative(home, target).split("/")[0] === NONCE_FILE) throw refused(home, path, "it is the run's nonce");
  let parent = dirname(target);
  for (;;) {
    try {
      const real = await realpath(parent);
      if (real !== home && !real.startsWith(`${home}/`)) throw refused(home, path, `it leads to ${real}`);
      return target;
    } catch (error) {
      if (error instanceof DrillError || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      if (await isLink(parent)) throw refused(home, path, `${parent} is a link to nowhere`);
      parent = dirname(parent);
    }
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}

function refused(home: string, path: string, reason: string): DrillError {
  return new DrillError(
    "harness",
    "files",
    `refused to touch "${path}" of ${home}: ${reason}; a machine's files are those below its home folder`,
  );
}
