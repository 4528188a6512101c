/** The rows of a database whose files somebody handed out. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DATABASE } from "./layout.ts";
import type { DumpedFile } from "./wire-answers.ts";

/** A key with its value (`model` of go-dqlite cmd/dqlite-demo). */
export interface Row {
  readonly key: string;
  readonly value: string;
}

/**
 * Opens the files with SQLite, in a folder that is made for it below `folder` and removed again.
 * @returns null when they are no database that has such rows.
 */
export async function rowsOf(files: readonly DumpedFile[], folder: string): Promise<readonly Row[] | null> {
  await mkdir(folder, { recursive: true });
  const own = await mkdtemp(join(folder, "dump-"));
  try {
    // The names are the member's: taken for what they should be, and never as paths.
    for (const name of [DATABASE, `${DATABASE}-wal`]) {
      const file = files.find((one) => one.name === name);
      if (file !== undefined) await writeFile(join(own, name), file.bytes);
    }
    return readRows(join(own, DATABASE));
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

function readRows(path: string): readonly Row[] | null {
  try {
    const database = new DatabaseSync(path);
    try {
      const rows = database.prepare("SELECT key, value FROM model").all();
      return rows.map(({ key, value }) => ({ key: String(key), value: String(value) }));
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR") return null;
    throw error;
  }
}
