/**
 * One batch of entries in a dqlite segment, the unit that is written and checked (canonical/raft src/uv_encoding.c and
 * uv_segment.c). All numbers are little-endian:
 *
 *     4 bytes  checksum of the header     4 bytes  checksum of the data
 *     8 bytes  number of entries                                              \
 *     for each entry: 8 bytes term, 1 byte kind, 3 unused, 4 bytes length     /  header
 *     the data of all entries, each a multiple of 8 bytes long
 */
import { crc32HighestBitFirst } from "../checksums.ts";
import { digestOf, type StoredEntry } from "../stored-log.ts";

/** The kinds of entries (canonical/raft include/raft.h: RAFT_COMMAND, RAFT_BARRIER, RAFT_CHANGE). */
export const CHANGE_OF_MEMBERS = 3;
const ENTRY_KINDS: ReadonlySet<number> = new Set([1, 2, CHANGE_OF_MEMBERS]);

const CHECKSUMS_BYTES = 8;
const COUNT_BYTES = 8;
const ENTRY_HEADER_BYTES = 16;

/** dqlite takes no batch for whole with more entries than four words each would fit into a segment of 8 MiB (uv_segment.c). */
const MOST_ENTRIES = (8 * 1024 * 1024) / 32;

/** An entry with its data, which holds the members when its kind is a change of them. */
export interface BatchEntry extends StoredEntry {
  readonly kind: number;
  readonly data: Buffer;
}

/** A batch that is whole, or why it is not. */
export type ReadBatch =
  | { readonly kind: "whole"; readonly entries: readonly BatchEntry[]; readonly endByte: number }
  | { readonly kind: "broken"; readonly because: string };

/** Reads the batch at a byte of a segment. */
export function readBatch(segment: Buffer, atByte: number): ReadBatch {
  const headerAt = atByte + CHECKSUMS_BYTES;
  if (headerAt + COUNT_BYTES > segment.length) return broken("the file ends within its checksums");
  const count = segment.readBigUInt64LE(headerAt);
  if (count === 0n) return broken("it has no entries");
  if (count > MOST_ENTRIES) return broken(`it claims ${count} entries, more than fit`);
  const dataAt = headerAt + COUNT_BYTES + Number(count) * ENTRY_HEADER_BYTES;
  if (dataAt > segment.length) return broken("the file ends within its header");
  if (crc32HighestBitFirst(segment.subarray(headerAt, dataAt)) !== segment.readUInt32LE(atByte)) {
    return broken("the checksum of its header does not fit");
  }
  const headers = Array.from({ length: Number(count) }, (_, index) =>
    entryHeader(segment, headerAt + COUNT_BYTES + index * ENTRY_HEADER_BYTES),
  );
  const endByte = headers.reduce((at, { lengthBytes }) => at + lengthBytes, dataAt);
  if (endByte > segment.length) return broken("the file ends within its data");
  if (crc32HighestBitFirst(segment.subarray(dataAt, endByte)) !== segment.readUInt32LE(atByte + 4)) {
    return broken("the checksum of its data does not fit");
  }
  const strange = headers.find(({ kind }) => !ENTRY_KINDS.has(kind));
  if (strange !== undefined) return broken(`it has an entry of the unknown kind ${strange.kind}`);
  let at = dataAt;
  const entries = headers.map(({ term, kind, lengthBytes }): BatchEntry => {
    const data = segment.subarray(at, at + lengthBytes);
    at += lengthBytes;
    return { term, kind, data, digest: digestOf(kind, data) };
  });
  return { kind: "whole", entries, endByte };
}

interface EntryHeader {
  readonly term: bigint;
  readonly kind: number;
  readonly lengthBytes: number;
}

function entryHeader(segment: Buffer, atByte: number): EntryHeader {
  return {
    term: segment.readBigUInt64LE(atByte),
    kind: segment.readUInt8(atByte + 8),
    lengthBytes: segment.readUInt32LE(atByte + 12),
  };
}

function broken(because: string): ReadBatch {
  return { kind: "broken", because };
}
