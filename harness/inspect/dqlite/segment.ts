/**
 * A dqlite segment: a format word of 8 bytes and then batches. A closed one ends with its last batch; an open one was allocated
 * with zeros (8 MiB) and is filled from its beginning (canonical/raft src/uv_segment.c).
 */
import { firstNonZero } from "../zeros.ts";
import { readBatch, type BatchEntry } from "./batch.ts";

/** The one format that a release has written; two unlike drafts of a format 2 were never the default. */
const FORMAT = 1n;
const FORMAT_BYTES = 8;

/** Batches begin at multiples of this, since entries are multiples of it long. */
const ALIGNMENT_BYTES = 8;

/** Why reading ended where it did. */
export type SegmentEnd =
  /** With the file, or with zeros up to its end. */
  | { readonly kind: "clean"; readonly isPadded: boolean; readonly hasFormat: boolean }
  /** The format word is not the known one. */
  | { readonly kind: "unknown-format"; readonly format: bigint }
  /** With something that is no whole batch. */
  | {
      readonly kind: "broken";
      readonly atByte: number;
      readonly because: string;
      /** Entries of whole batches that follow all the same: no unfinished write leaves that. */
      readonly entriesBehind: readonly BatchEntry[];
    };

/** The entries up to the first byte that does not fit. */
export interface ReadSegment {
  readonly entries: readonly BatchEntry[];
  readonly end: SegmentEnd;
}

/** Reads a closed or an open segment. */
export function readSegment(segment: Buffer): ReadSegment {
  if (firstNonZero(segment, 0) === segment.length)
    return { entries: [], end: { kind: "clean", isPadded: true, hasFormat: false } };
  if (segment.length < FORMAT_BYTES) {
    return {
      entries: [],
      end: { kind: "broken", atByte: 0, because: "the file ends within its format", entriesBehind: [] },
    };
  }
  const format = segment.readBigUInt64LE(0);
  if (format !== FORMAT) return { entries: [], end: { kind: "unknown-format", format } };
  const entries: BatchEntry[] = [];
  let at = FORMAT_BYTES;
  while (at < segment.length) {
    const batch = readBatch(segment, at);
    if (batch.kind === "broken") return { entries, end: endAt(segment, at, batch.because) };
    for (const entry of batch.entries) entries.push(entry);
    at = batch.endByte;
  }
  return { entries, end: { kind: "clean", isPadded: false, hasFormat: true } };
}

function endAt(segment: Buffer, atByte: number, because: string): SegmentEnd {
  if (firstNonZero(segment, atByte) === segment.length) return { kind: "clean", isPadded: true, hasFormat: true };
  return { kind: "broken", atByte, because, entriesBehind: batchesBehind(segment, atByte) };
}

function batchesBehind(segment: Buffer, atByte: number): readonly BatchEntry[] {
  for (let at = atByte + ALIGNMENT_BYTES; at < segment.length; at += ALIGNMENT_BYTES) {
    const first = readBatch(segment, at);
    if (first.kind === "broken") continue;
    const entries = [...first.entries];
    for (let next = first.endByte; next < segment.length;) {
      const batch = readBatch(segment, next);
      if (batch.kind === "broken") break;
      for (const entry of batch.entries) entries.push(entry);
      next = batch.endByte;
    }
    return entries;
  }
  return [];
}
