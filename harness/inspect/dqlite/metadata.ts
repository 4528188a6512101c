/**
 * `metadata1` and `metadata2` hold a dqlite member's term and vote, written in turn so that one is always whole: 4 numbers of 8
 * bytes, little-endian: format (1), version, term, vote. An odd version is written to the first file, an even one to the second, and
 * the higher one counts. There is no checksum (canonical/raft src/uv_metadata.c).
 */
import type { FolderView, ViewedFile } from "../folder-view.ts";
import { wholeFile } from "../folder-view.ts";
import type { Finding, Unchecked } from "../report.ts";

const SIZE_BYTES = 32;
const TERM_AT_BYTE = 16;

export interface ReadMetadata {
  /** Null: neither file is there, or neither can be used. */
  readonly term: bigint | null;
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
}

interface Copy {
  readonly file: string;
  readonly version: bigint;
  readonly term: bigint;
}

/** Reads both copies. */
export function readMetadata(view: FolderView, files: readonly ViewedFile[]): ReadMetadata {
  const findings: Finding[] = [];
  const copies = files.flatMap((file): readonly Copy[] => {
    const read = wholeFile(view, file);
    if ("finding" in read) findings.push(read.finding);
    const copy = "finding" in read ? "" : copyOf(file.name, read.bytes);
    if (typeof copy !== "string") return [copy];
    if (copy !== "") findings.push({ kind: kindOf(file), file: file.name, atByte: null, what: copy });
    return [];
  });
  const [older, newer] = copies.toSorted((a, b) => (a.version < b.version ? -1 : 1));
  if (older !== undefined && newer !== undefined) findings.push(...flawsBetween(older, newer));
  const unchecked = copies.map(({ file }) => ({
    file,
    fromByte: TERM_AT_BYTE,
    toByte: SIZE_BYTES,
    what: "the term and the vote have no checksum",
  }));
  return { term: (newer ?? older)?.term ?? null, findings, unchecked };
}

/** dqlite takes a short one for a write that a crash cut off, and removes it. */
function kindOf({ sizeBytes }: ViewedFile): Finding["kind"] {
  return sizeBytes < SIZE_BYTES ? "cannot-tell" : "damage";
}

/** The copy, or what is wrong with it. */
function copyOf(file: string, bytes: Buffer): Copy | string {
  if (bytes.length < SIZE_BYTES)
    return `has ${bytes.length} bytes of ${SIZE_BYTES}: a write that a crash cut off, or damage; dqlite removes it`;
  if (bytes.length > SIZE_BYTES) return `has ${bytes.length} bytes instead of ${SIZE_BYTES}; dqlite does not start`;
  const [format, version] = [bytes.readBigUInt64LE(0), bytes.readBigUInt64LE(8)];
  if (format !== 1n) return `has the unknown format ${format}; dqlite does not start`;
  if (version === 0n) return "has version 0; dqlite does not start";
  if (version % 2n !== (file === "metadata1" ? 1n : 0n))
    return `has version ${version}, which belongs into the other file`;
  return { file, version, term: bytes.readBigUInt64LE(TERM_AT_BYTE) };
}

function flawsBetween(older: Copy, newer: Copy): readonly Finding[] {
  const flaws: Finding[] = [];
  if (newer.version !== older.version + 1n) {
    const what = `versions ${older.version} and ${newer.version} do not follow each other: one of the two is altered, or of another time`;
    flaws.push({ kind: "cannot-tell", file: newer.file, atByte: 8, what });
  }
  if (newer.term < older.term) {
    const what = `term ${newer.term} in version ${newer.version} is below term ${older.term} in version ${older.version}; terms never fall`;
    flaws.push({ kind: "damage", file: newer.file, atByte: TERM_AT_BYTE, what });
  }
  return flaws;
}
