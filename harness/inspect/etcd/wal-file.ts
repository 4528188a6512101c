/** The records of one WAL file, and how they end. Files are allocated with zeros ahead of what is written (etcd server/storage/wal/wal.go). */
import { firstNonZero } from "../zeros.ts";
import { continues, readFrame, type ReadFrame, type WalRecord } from "./wal-frame.ts";
import { atStart, hasZeroSector, type AtStart } from "./wal-start.ts";

/** Records begin at multiples of this. */
const ALIGNMENT_BYTES = 8;
const LENGTH_BYTES = 8;

/** How the records of a file end. */
export type WalEnd =
  /** With the file, or with zeros up to its end. */
  | { readonly kind: "clean" }
  | {
      readonly kind: "broken";
      readonly atByte: number;
      readonly because: string;
      /** A sector of nothing but zeros lies in the record that is broken: an unfinished write of a crash leaves that, and etcd cuts it off. */
      readonly isTorn: boolean;
      /** What etcd does about it at its start. */
      readonly atStart: Exclude<AtStart["kind"], "taken">;
      /** Records that follow all the same and continue each other. */
      readonly behind: readonly WalRecord[];
    };

/** Something in a record that etcd does not look at: it takes the record as it was. */
export interface Unnoticed {
  readonly atByte: number;
  readonly because: string;
}

export interface ReadWalFile {
  readonly records: readonly WalRecord[];
  readonly unnoticed: readonly Unnoticed[];
  /** The checksum after the last of them. */
  readonly checksum: number;
  readonly end: WalEnd;
}

/**
 * Reads a file.
 * @param before the checksum with which the file before ended; null for the first file that is there, which says itself what came before
 * @param isLast whether it is the last one of the WAL
 */
export function readWalFile(file: Buffer, before: number | null, isLast: boolean): ReadWalFile {
  const records: WalRecord[] = [];
  const unnoticed: Unnoticed[] = [];
  let checksum = before;
  let at = 0;
  for (;;) {
    const frame = readFrame(file, at);
    const flaw = flawOf(frame, checksum);
    const read = { records, unnoticed, checksum: checksum ?? 0 };
    if (frame === "end" && firstNonZero(file, at) === file.length) return { ...read, end: { kind: "clean" } };
    let record = frame;
    if (flaw !== undefined) {
      const etcds = atStart(file, at, checksum ?? 0, isLast);
      if (etcds.kind !== "taken") return { ...read, end: broken(file, at, flaw, frame, etcds.kind) };
      unnoticed.push({ atByte: at, because: flaw });
      record = etcds.record;
    }
    if (typeof record === "string" || "because" in record) throw new TypeError("a record without a flaw is none");
    records.push(record);
    checksum = record.checksum;
    at = record.endByte;
  }
}

/** Why the record here is not as etcd writes it; undefined: it is. */
function flawOf(frame: ReadFrame, before: number | null): string | undefined {
  if (frame === "end") return "zeros stand where a record should";
  if ("because" in frame) return frame.because;
  return before === null || continues(frame, before) ? undefined : "its checksum does not fit";
}

function broken(
  file: Buffer,
  atByte: number,
  because: string,
  frame: ReadFrame,
  etcds: Exclude<AtStart["kind"], "taken">,
): WalEnd {
  // The record that does not fit may be the only bad one: then the next ones continue the checksum that it bears.
  const next = typeof frame === "string" || "because" in frame ? [] : chain(file, frame.endByte, frame.checksum);
  const behind = next.length > 0 ? next : anyChain(file, aligned(atByte) + ALIGNMENT_BYTES);
  const isTorn = hasZeroSector(file, Math.min(atByte + LENGTH_BYTES, file.length), claimedEnd(file, atByte));
  return { kind: "broken", atByte, because, isTorn, atStart: etcds, behind };
}

/** The first records that continue each other, two or more: one alone cannot be held against anything. */
function anyChain(file: Buffer, fromByte: number): readonly WalRecord[] {
  for (let at = fromByte; at < file.length;) {
    const frame = readFrame(file, at);
    const next = typeof frame === "object" && "type" in frame ? chain(file, frame.endByte, frame.checksum) : [];
    if (typeof frame === "object" && "type" in frame && next.length > 0) return [frame, ...next];
    // Zeros are skipped at once: up to 64 MB of them are no hurry otherwise.
    at = frame === "end" ? aligned(firstNonZero(file, at)) : at + ALIGNMENT_BYTES;
  }
  return [];
}

function aligned(byte: number): number {
  return byte - (byte % ALIGNMENT_BYTES);
}

function chain(file: Buffer, fromByte: number, before: number): readonly WalRecord[] {
  const records: WalRecord[] = [];
  let [at, checksum] = [fromByte, before];
  for (;;) {
    const frame = readFrame(file, at);
    if (frame === "end" || "because" in frame || !continues(frame, checksum)) return records;
    records.push(frame);
    checksum = frame.checksum;
    at = frame.endByte;
  }
}

/** Where the record would end by its length; the first byte after the zeros where there is no length. */
function claimedEnd(file: Buffer, atByte: number): number {
  if (atByte + LENGTH_BYTES > file.length) return file.length;
  const length = file.readBigUInt64LE(atByte) & 0x00ffffffffffffffn;
  if (length === 0n) return firstNonZero(file, atByte);
  const end = BigInt(atByte + LENGTH_BYTES) + length;
  return end > file.length ? file.length : Number(end);
}
