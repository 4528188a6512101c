/**
 * Whether a file of a dqlite member is still what the member reads when the folder of another is unpacked over its own and nothing is taken away.
 * Each node cuts its segments and takes its snapshots for itself, so that mostly it is; where two happen to have done it alike, it is not.
 */
import type { ClusterNode } from "../system/index.ts";
import { storeFilesOf, type StoreFile } from "./store-files.ts";

/** Those that a copy can leave alone: open segments have the same names on all members, and so do the two with the term. */
export type CutByEach = Exclude<StoreFile, "open-segment" | "metadata">;

/**
 * What keeps the member's last file of this kind from outlasting a copy of any of the others, for a reader; null: nothing does. A segment is
 * replaced by one of the same name, and one that begins before the newest snapshot is not needed to begin with. Of the snapshots dqlite reads the one of the highest index, and of those the one of the latest time
 * (canonical/raft src/uv_snapshot.c, uvSnapshotCompare).
 */
export async function undoneByCopy(
  file: CutByEach,
  node: ClusterNode,
  others: readonly ClusterNode[],
): Promise<string | null> {
  const own = await lastOf(file, node);
  if (own === undefined) return `${node.name} has no ${file}`;
  const snapshot = await lastOf("snapshot", node);
  if (file !== "snapshot" && snapshot !== undefined && firstIndexOf(own) <= indexOf(snapshot))
    return `${node.name}'s ${own} begins before its ${snapshot}`;
  for (const other of others) {
    const theirs = file === "snapshot" ? await lastOf(file, other) : await sameName(file, other, own);
    if (theirs !== undefined && !(file === "snapshot" && isLater(own, theirs)))
      return `${node.name} has ${own}, and ${other.name} ${theirs}`;
  }
  return null;
}

async function lastOf(file: CutByEach, node: ClusterNode): Promise<string | undefined> {
  return (await storeFilesOf(node, file)).at(file === "closed-segment" ? -2 : -1);
}

async function sameName(file: CutByEach, node: ClusterNode, name: string): Promise<string | undefined> {
  return (await storeFilesOf(node, file)).find((theirs) => theirs === name);
}

function firstIndexOf(segment: string): number {
  return Number(segment.split("-", 1)[0]);
}

/** Of the last entry in it. */
function indexOf(snapshot: string): number {
  return Number(snapshot.split("-")[2]);
}

/** By term, index and time, which are the numbers of a snapshot's name. */
function isLater(name: string, than: string): boolean {
  return name.localeCompare(than, "en", { numeric: true }) > 0;
}
