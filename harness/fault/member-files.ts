/**
 * The files of an etcd member, below its data folder: the write-ahead log's segments and the database
 * (https://etcd.io/docs/v3.6/learning/persistent-storage-files/).
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterNode } from "../system/index.ts";

/** Absolute path of the member's database. */
export function databaseOf({ dataDir, machine }: ClusterNode): string {
  return join(machine.homeDir, dataDir, "member", "snap", "db");
}

/** Absolute paths of the segments of the member's write-ahead log, the oldest first; those prepared for later are none. */
export async function logSegmentsOf({ dataDir, machine }: ClusterNode): Promise<readonly string[]> {
  const folder = join(machine.homeDir, dataDir, "member", "wal");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".wal"));
  return names.toSorted((a, b) => (a < b ? -1 : 1)).map((name) => join(folder, name));
}
