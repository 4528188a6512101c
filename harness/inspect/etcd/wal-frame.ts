/**
 * One record in a WAL file (etcd server/storage/wal/encoder.go and decoder.go, walpb/record.proto). 8 bytes little-endian: the length of
 * the record in the lower 56 bits; the highest byte is 0x80 plus the number of zeros behind it that fill it up to a multiple of 8,
 * or 0. Then the record: type, checksum, data. The checksum goes on from record to record and from file to file.
 */
import { crc32c } from "../checksums.ts";
import { readMessage } from "./protobuf.ts";

const LENGTH_BYTES = 8;
const RECORD = { 1: "number", 2: "number", 3: "bytes" } as const;

/** The types of records (etcd server/storage/wal/wal.go). */
export const METADATA = 1n;
export const ENTRY = 2n;
export const STATE = 3n;
export const CHECKSUM = 4n;
export const SNAPSHOT = 5n;

/** A record whose bytes make sense; whether its checksum fits is another matter. */
export interface WalRecord {
  readonly type: bigint;
  readonly checksum: number;
  readonly data: Buffer;
  readonly atByte: number;
  readonly endByte: number;
}

/** The record at a byte, why there is none, or `end` where the file or its zeros begin. */
export type ReadFrame = WalRecord | { readonly because: string } | "end";

/** Reads the record at a byte of a WAL file. */
export function readFrame(file: Buffer, atByte: number): ReadFrame {
  if (atByte === file.length) return "end";
  if (atByte + LENGTH_BYTES > file.length) return { because: "the file ends within its length" };
  const field = file.readBigUInt64LE(atByte);
  if (field === 0n) return "end";
  const [length, mark] = [field & 0x00ffffffffffffffn, Number(field >> 56n)];
  const padding = Number((8n - (length % 8n)) % 8n);
  if (mark !== (padding === 0 ? 0 : 0x80 + padding)) return { because: "its length is none" };
  const dataAt = atByte + LENGTH_BYTES;
  if (BigInt(dataAt) + length + BigInt(padding) > file.length)
    return { because: `the file ends within its ${length} bytes` };
  const end = dataAt + Number(length);
  const message = readMessage(file.subarray(dataAt, end), RECORD);
  if (message === undefined) return { because: "it is no record" };
  if (file.subarray(end, end + padding).some((byte) => byte !== 0))
    return { because: "the zeros that fill it up are none" };
  const checksum = message.number(2);
  if (checksum > 0xffffffffn) return { because: "its checksum is none" };
  const data = message.bytes(3) ?? Buffer.alloc(0);
  return { type: message.number(1), checksum: Number(checksum), data, atByte, endByte: end + padding };
}

/** Whether a record continues one with that checksum. Records of type 4 carry the checksum before them. */
export function continues({ type, checksum, data }: WalRecord, before: number): boolean {
  return (type === CHECKSUM ? before : crc32c(data, before)) === checksum;
}
