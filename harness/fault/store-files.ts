/**
 * The files of a dqlite member, in its data folder (canonical/raft src/uv.h, docs/disk-format.rst): segments that are closed, whose names say which
 * entries they hold, segments that are open, allocated ahead and filled with zeros, snapshots, and the two that hold its term and vote.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterNode } from "../system/index.ts";

/** Which of them. `closed-segment` is one before the last closed one. */
export type StoreFile = "closed-segment" | "last-closed-segment" | "open-segment" | "snapshot" | "metadata";

const CLOSED = /^\d{16,20}-\d{16,20}$/;
const OPEN = /^open-\d+$/;
const SNAPSHOT = /^snapshot-\d+-\d+-\d+$/;
const METADATA = /^metadata[12]$/;

const NAMES: Readonly<Record<StoreFile, RegExp>> = {
  "closed-segment": CLOSED,
  "last-closed-segment": CLOSED,
  "open-segment": OPEN,
  snapshot: SNAPSHOT,
  metadata: METADATA,
};

/** Absolute path of the member's folder. */
export function storeFolderOf({ dataDir, machine }: ClusterNode): string {
  return join(machine.homeDir, dataDir);
}

/** Their names, the oldest first: by the numbers in them. */
export async function storeFilesOf(node: ClusterNode, file: StoreFile): Promise<readonly string[]> {
  const names = (await readdir(storeFolderOf(node))).filter((name) => NAMES[file].test(name));
  return names.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** How many bytes are written, up to the last one that is not zero. */
export function writtenBytes(content: Buffer): number {
  let end = content.length;
  while (end > 0 && content[end - 1] === 0) end--;
  return end;
}
