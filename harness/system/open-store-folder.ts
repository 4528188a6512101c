/**
 * A store's folder for the readers in inspect/. Files are opened for reading only, where the system allows it without a trace in their access
 * times; no lock is asked for or taken.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { DrillError, messageOf } from "../core/index.ts";
import type { FolderView, ViewedFile } from "../inspect/index.ts";

/** Folders below the store's own that are looked into: etcd's files lie in member/wal. */
const DEEPEST = 3;

const PHASE = "inspect";

/** A folder, and whether it changed since it was opened. */
export interface OpenedFolder extends FolderView, Disposable {
  /** When a file in it was written last, as a listing shows it: milliseconds since 1970; null of an empty folder. */
  readonly writtenAtUnixMs: number | null;
  /** What changed in it while it was open: somebody uses the store. Undefined: nothing that can be seen. */
  change(): string | undefined;
}

/**
 * Opens a folder.
 * @param path where it is
 * @param shown as the person named it
 * @throws DrillError `usage` when it is no folder; `environment` when it, or a file in it, may not be read
 */
export function openStoreFolder(path: string, shown: string): OpenedFolder {
  const before = listed(path, shown);
  const open = new Map<string, number>();
  return {
    path: shown,
    files: before.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    writtenAtUnixMs: before.length === 0 ? null : Math.max(...before.map(({ changedAtMs }) => changedAtMs)),
    read(name, fromByte, lengthBytes) {
      const file = open.get(name) ?? opened(join(path, name), `${shown}/${name}`);
      open.set(name, file);
      const bytes = Buffer.alloc(Math.min(lengthBytes, Math.max(0, fstatSync(file).size - fromByte)));
      let filled = 0;
      for (let got = -1; filled < bytes.length && got !== 0; filled += got) {
        got = readSync(file, bytes, filled, bytes.length - filled, fromByte + filled);
      }
      return bytes.subarray(0, filled);
    },
    change: () => changeBetween(before, listed(path, shown)),
    [Symbol.dispose]() {
      for (const file of open.values()) closeSync(file);
      open.clear();
    },
  };
}

interface ListedFile extends ViewedFile {
  readonly changedAtMs: number;
}

function listed(path: string, shown: string): readonly ListedFile[] {
  const files: ListedFile[] = [];
  const look = (below: string, depth: number): void => {
    for (const { name } of withReason(shown, () => readdirSync(join(path, below), { withFileTypes: true }))) {
      const inside = below === "" ? name : `${below}/${name}`;
      // A link is followed: a WAL may lie on a disk of its own. One that leads nowhere, or a file that just went away, is none.
      const stats = statSync(join(path, inside), { throwIfNoEntry: false });
      if (stats?.isDirectory() === true && depth < DEEPEST) look(inside, depth + 1);
      if (stats?.isFile() === true) files.push({ name: inside, sizeBytes: stats.size, changedAtMs: stats.mtimeMs });
    }
  };
  look("", 1);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function opened(path: string, shown: string): number {
  return withReason(shown, () => {
    try {
      return openSync(path, constants.O_RDONLY | (constants.O_NOATIME ?? 0));
    } catch (error) {
      // Only the owner may leave the access time alone.
      if (codeOf(error) !== "EPERM") throw error;
      return openSync(path, constants.O_RDONLY);
    }
  });
}

/** @throws DrillError with the remedy, for what a person can mend */
function withReason<T>(shown: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    switch (codeOf(error)) {
      case "ENOENT":
        throw new DrillError(
          "usage",
          PHASE,
          `There is no folder ${shown}. Name the folder that holds the store's files.`,
        );
      case "ENOTDIR":
        throw new DrillError("usage", PHASE, `${shown} is no folder. Name the folder that holds the store's files.`);
      case "EACCES":
      case "EPERM":
        throw new DrillError(
          "environment",
          PHASE,
          `${shown} may not be read by this user. Run it as root, or as the store's own user.`,
        );
      default:
        if (codeOf(error) === "EIO") throw error;
        throw new DrillError("environment", PHASE, `${shown} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function changeBetween(before: readonly ListedFile[], after: readonly ListedFile[]): string | undefined {
  const line = ({ name, sizeBytes, changedAtMs }: ListedFile): string => `${name} ${sizeBytes} ${changedAtMs}`;
  const [then, now] = [new Set(before.map(line)), new Set(after.map(line))];
  const changed = [...before.filter((file) => !now.has(line(file))), ...after.filter((file) => !then.has(line(file)))];
  return changed[0]?.name;
}
