/** How a member's files are damaged while it does not run. Not its business: stopping it, and proving the damage. */
import { open, readFile, rm, truncate } from "node:fs/promises";
import { DrillError } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { logRecords, type LogRecord } from "./log-records.ts";
import { databaseOf, logSegmentsOf } from "./member-files.ts";

/**
 * - `changed-value`: one byte of a value in the database, which the member goes on serving.
 * - `damaged-wal`: one byte in a closed record in the middle of the write-ahead log.
 * - `truncated-database`: of the database only its first two pages are left.
 * - `missing-wal`: the segments of the write-ahead log are gone.
 */
export type DamageKind = "changed-value" | "damaged-wal" | "truncated-database" | "missing-wal";

/** What each does, for the report. */
export const DAMAGE_EFFECTS: Readonly<Record<DamageKind, string>> = {
  "changed-value": "one byte of a value in its database is changed",
  "damaged-wal": "one byte in the middle of its write-ahead log is changed",
  "truncated-database": "its database is cut off after the first two pages",
  "missing-wal": "its write-ahead log is gone",
};

/** The database's two meta pages are of the system's page size, which is 4096 bytes where these drills run. */
export const DATABASE_LEFT_BYTES = 8192;

/**
 * Damages the files of a member that does not run.
 * @param value that is to be changed in the database, where a value is.
 * @throws DrillError `harness` when there is nothing to damage.
 */
export async function damage(kind: DamageKind, node: ClusterNode, value: string): Promise<void> {
  switch (kind) {
    case "changed-value":
      return changeValue(databaseOf(node), Buffer.from(value));
    case "damaged-wal":
      return changeRecord(await lastSegment(node));
    case "truncated-database":
      return truncate(databaseOf(node), DATABASE_LEFT_BYTES);
    case "missing-wal":
      for (const segment of await logSegmentsOf(node)) await rm(segment);
  }
}

/** Changes the first byte of every copy: the database may hold pages that are free and not yet written over. */
async function changeValue(file: string, value: Buffer): Promise<void> {
  const content = await readFile(file);
  let copies = 0;
  for (let at = content.indexOf(value); at >= 0; at = content.indexOf(value, at + 1)) {
    await changeByte(file, at, content);
    copies++;
  }
  if (copies === 0) throw new DrillError("harness", "fault", `${file} does not hold the value that was to be changed`);
}

/** Long enough that the middle of a record is its data and not its head, which would make it another kind of damage. */
const RECORD_AT_LEAST_BYTES = 64;

/** The last one of the first quarter: whole records lie before and after it, so nobody can take it for one that was being written. */
async function changeRecord(file: string): Promise<void> {
  const content = await readFile(file);
  const records = logRecords(content);
  const end = (one: LogRecord | undefined): number => (one === undefined ? 0 : one.offset + one.bytes);
  const quarter = end(records.at(-1)) / 4;
  const record = records.findLast((one) => one.bytes >= RECORD_AT_LEAST_BYTES && end(one) <= quarter);
  if (record === undefined)
    throw new DrillError("harness", "fault", `${file} has no closed record that could be damaged`);
  await changeByte(file, record.offset + Math.floor(record.bytes / 2), content);
}

async function changeByte(file: string, at: number, content: Buffer): Promise<void> {
  await using handle = await open(file, "r+");
  await handle.write(Buffer.of((content[at] ?? 0) ^ 0x20), 0, 1, at);
  await handle.sync();
}

async function lastSegment(node: ClusterNode): Promise<string> {
  const segment = (await logSegmentsOf(node)).at(-1);
  if (segment === undefined) throw new DrillError("harness", "fault", `${node.name} has no write-ahead log`);
  return segment;
}
