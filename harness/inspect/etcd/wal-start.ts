/**
 * What etcd itself makes of the bytes where a record should be, when it reads its WAL at its start: which of them it does not look at, what it
 * takes for the unfinished write of a crash, and what it refuses (etcd server/storage/wal/decoder.go, decodeRecord; repair.go; wal.go, ReadAll;
 * walpb/record.pb.go; the same in 3.5, 3.6 and 3.7 but for `runs-out`). Held against that code byte by byte, see fixtures/inspect/wal-sweep.
 * Not its business: what ought to be there (wal-frame.ts).
 */
import { crc32c } from "../checksums.ts";
import { firstNonZero } from "../zeros.ts";
import { CHECKSUM, type WalRecord } from "./wal-frame.ts";
import { readLoosely } from "./loose-record.ts";

const LENGTH_BYTES = 8;
/** A write reaches the disk by whole sectors, so that a crash leaves whole ones unwritten (decoder.go, isTornEntry). */
const SECTOR_BYTES = 512;

/**
 * What etcd does with it.
 *
 * - `taken`: it reads a record there.
 * - `end`: it takes zeros for the end. In the last file it writes zeros over all that follows.
 * - `cut-off`: it takes it for an unfinished write, cuts the file off there, says "repaired WAL", and starts. Nothing looks whether records follow.
 * - `runs-out`: the same in 3.5 and 3.6, whose reader of protobuf calls a record that runs out of bytes an unexpected end; 3.7 refuses.
 * - `refused`: it does not start.
 */
export type AtStart =
  | { readonly kind: "taken"; readonly record: WalRecord }
  | { readonly kind: "end" | "cut-off" | "runs-out" | "refused" };

/**
 * What etcd makes of these bytes.
 * @param before the checksum of the record before
 * @param isLast only the last file of a WAL is ever cut off: an end before the end in another one keeps etcd from starting
 */
export function atStart(file: Buffer, atByte: number, before: number, isLast: boolean): AtStart {
  const { kind, record } = decoded(file, atByte, before);
  if (kind === "taken") return { kind, record };
  return { kind: isLast ? kind : "refused" };
}

type Decoded =
  | { readonly kind: "taken"; readonly record: WalRecord }
  | { readonly kind: "end" | "cut-off" | "runs-out" | "refused"; readonly record: null };

function decoded(file: Buffer, atByte: number, before: number): Decoded {
  const not = (kind: "end" | "cut-off" | "runs-out" | "refused"): Decoded => ({ kind, record: null });
  if (atByte >= file.length) return not("end");
  const dataAt = atByte + LENGTH_BYTES;
  if (dataAt > file.length) return not("cut-off");
  const field = file.readBigUInt64LE(atByte);
  if (field === 0n) return not("end");
  // Of the highest byte only the sign and the three lowest bits count (decodeFrameSize).
  const mark = Number(field >> 56n);
  const padding = mark >= 0x80 ? mark & 0x07 : 0;
  const length = field & 0x00ffffffffffffffn;
  const end = BigInt(dataAt) + length + BigInt(padding);
  if (end > BigInt(file.length)) return not("cut-off");
  const [dataEnd, endByte] = [dataAt + Number(length), Number(end)];
  const message = readLoosely(file.subarray(dataAt, dataEnd));
  const isTorn = hasZeroSector(file, dataAt, endByte);
  if (typeof message === "string") return not(isTorn ? "cut-off" : message);
  const record: WalRecord = { ...message, atByte, endByte };
  // A checksum of 0 so far is that of a decoder that has read nothing, and a record of the checksum is then believed (ReadAll).
  if (record.type === CHECKSUM)
    return record.checksum === before || before === 0 ? { kind: "taken", record } : not("refused");
  if (crc32c(record.data, before) === record.checksum) return { kind: "taken", record };
  return not(isTorn ? "cut-off" : "refused");
}

/** Whether a sector's part of these bytes is nothing but zeros. The zeros that fill a record up may be all of it in its last sector. */
export function hasZeroSector(file: Buffer, fromByte: number, untilByte: number): boolean {
  for (let at = fromByte; at < untilByte;) {
    const next = Math.min(at - (at % SECTOR_BYTES) + SECTOR_BYTES, untilByte);
    if (firstNonZero(file.subarray(at, next), 0) === next - at) return true;
    at = next;
  }
  return false;
}
