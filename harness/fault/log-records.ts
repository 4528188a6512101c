/**
 * The records in a segment of etcd's write-ahead log: each is framed by eight bytes, little endian, of which the lower 56
 * bits are its length and the lowest three of the highest byte its padding, where that byte's highest bit is set
 * (server/storage/wal/decoder.go, decodeFrameSize). After the last record the segment is filled with zeros.
 */

/** Where a record's bytes lie in the file. */
export interface LogRecord {
  readonly offset: number;
  readonly bytes: number;
}

const FRAME_BYTES = 8;
const LENGTH_BITS = 56n;

/** The whole records of a segment, in order. */
export function logRecords(segment: Buffer): readonly LogRecord[] {
  const records: LogRecord[] = [];
  let at = 0;
  while (at + FRAME_BYTES <= segment.length) {
    const frame = segment.readBigUInt64LE(at);
    const bytes = Number(BigInt.asUintN(Number(LENGTH_BITS), frame));
    const top = Number(frame >> LENGTH_BITS);
    const padding = top >= 0x80 ? top & 0x7 : 0;
    if (bytes === 0 || at + FRAME_BYTES + bytes + padding > segment.length) break;
    records.push({ offset: at + FRAME_BYTES, bytes });
    at += FRAME_BYTES + bytes + padding;
  }
  return records;
}
