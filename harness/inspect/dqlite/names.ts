/** What the names in a dqlite folder say (canonical/raft src/uv.h: the templates; uv_snapshot.c, uv_list.c, uv_segment.c: how they are read). */
import type { ViewedFile } from "../folder-view.ts";
import type { Position } from "../report.ts";

export interface ClosedSegment {
  readonly file: ViewedFile;
  readonly firstIndex: bigint;
  readonly endIndex: bigint;
}

export interface OpenSegment {
  readonly file: ViewedFile;
  /** Rises with each segment that the process opened. */
  readonly counter: bigint;
}

/** A snapshot's two files; one that is missing is null. */
export interface SnapshotFiles {
  /** Of the data; the other's is the same with `.meta`. */
  readonly name: string;
  readonly position: Position;
  readonly timestampMs: bigint;
  readonly data: ViewedFile | null;
  readonly meta: ViewedFile | null;
}

/** The files of a dqlite folder by what they are. */
export interface DqliteFiles {
  readonly metadata: readonly ViewedFile[];
  /** By first index. */
  readonly closed: readonly ClosedSegment[];
  /** By counter. */
  readonly open: readonly OpenSegment[];
  /** Oldest first, as dqlite orders them: term, index, time. */
  readonly snapshots: readonly SnapshotFiles[];
  /** Segments that dqlite found corrupt at a start and set aside (auto-recovery). */
  readonly setAside: readonly ViewedFile[];
}

/**
 * The highest index that stands in a name, which is all that a listing shows of how far a store goes; null when no name has one. What lies in
 * open segments is in none.
 */
export function highestNamedIndex(files: readonly ViewedFile[]): bigint | null {
  const sorted = dqliteFiles(files);
  const named = [
    ...sorted.closed.map(({ endIndex }) => endIndex),
    ...sorted.snapshots.map(({ position }) => position.index),
  ];
  return named.reduce<bigint | null>((highest, one) => (highest === null || one > highest ? one : highest), null);
}

const METADATA = /^metadata[12]$/;
const CLOSED = /^(\d{16,20})-(\d{16,20})$/;
const OPEN = /^open-(\d{1,20})$/;
const SNAPSHOT = /^snapshot-(\d{1,20})-(\d{1,20})-(\d{1,20})(\.meta)?$/;
const SET_ASIDE = /^corrupt-\d+-/;

/** Sorts the files of a folder. Those in folders below it, and all that dqlite does not know (certificates, sockets), are left out. */
export function dqliteFiles(files: readonly ViewedFile[]): DqliteFiles {
  return {
    metadata: files.filter(({ name }) => METADATA.test(name)),
    closed: files
      .flatMap((file) => {
        const [, first = "", end = ""] = CLOSED.exec(file.name) ?? [];
        return first === "" ? [] : [{ file, firstIndex: BigInt(first), endIndex: BigInt(end) }];
      })
      .sort((a, b) => order(a.firstIndex, b.firstIndex) || order(a.endIndex, b.endIndex)),
    open: files
      .flatMap((file) => {
        const [, counter = ""] = OPEN.exec(file.name) ?? [];
        return counter === "" ? [] : [{ file, counter: BigInt(counter) }];
      })
      .sort((a, b) => order(a.counter, b.counter)),
    snapshots: snapshots(files),
    setAside: files.filter(({ name }) => SET_ASIDE.test(name)),
  };
}

function snapshots(files: readonly ViewedFile[]): readonly SnapshotFiles[] {
  const byName = new Map<string, SnapshotFiles>();
  for (const file of files) {
    const [, term = "", index = "", time = "", isMeta = ""] = SNAPSHOT.exec(file.name) ?? [];
    if (term === "") continue;
    const name = isMeta === "" ? file.name : file.name.slice(0, -isMeta.length);
    const known = byName.get(name) ?? {
      name,
      position: { term: BigInt(term), index: BigInt(index) },
      timestampMs: BigInt(time),
      data: null,
      meta: null,
    };
    byName.set(name, isMeta === "" ? { ...known, data: file } : { ...known, meta: file });
  }
  return [...byName.values()].sort(
    (a, b) =>
      order(a.position.term, b.position.term) ||
      order(a.position.index, b.position.index) ||
      order(a.timestampMs, b.timestampMs),
  );
}

function order(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
