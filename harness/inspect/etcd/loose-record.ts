/**
 * A record of the WAL as etcd's own reader of protobuf takes it, which is looser than ours (etcd server/storage/wal/walpb/record.pb.go): fields that it
 * does not know are passed over, the last of several counts, and of the checksum only the lower 32 bits do.
 */
import type { WalRecord } from "./wal-frame.ts";

/** Why there is none: the bytes run out within it, or they are none. */
export type NoRecord = "runs-out" | "refused";

/** Reads it. */
export function readLoosely(bytes: Buffer): Pick<WalRecord, "type" | "checksum" | "data"> | NoRecord {
  const record = { type: 0n, checksum: 0, data: Buffer.alloc(0) };
  const reader = new LooseReader(bytes);
  try {
    while (reader.at < bytes.length) {
      const tag = reader.varint();
      const [field, wireType] = [BigInt.asIntN(32, tag >> 3n), Number(tag & 7n)];
      if (wireType === 4 || field <= 0n) return "refused";
      if (field > 3n) reader.skip(wireType);
      else if (wireType !== (field === 3n ? 2 : 0)) return "refused";
      else if (field === 1n) record.type = BigInt.asIntN(64, reader.varint());
      else if (field === 2n) record.checksum = Number(BigInt.asUintN(32, reader.varint()));
      else record.data = Buffer.from(reader.bytes());
    }
    return record;
  } catch (error) {
    if (error instanceof Stop) return error.why;
    throw error;
  }
}

class Stop extends Error {
  readonly why: NoRecord;
  constructor(why: NoRecord) {
    super(why);
    this.why = why;
  }
}

class LooseReader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** At most ten bytes; bits beyond the 64th are dropped. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) throw new Stop("runs-out");
      this.at++;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Stop("refused");
  }

  bytes(): Buffer {
    const length = BigInt.asIntN(64, this.varint());
    if (length < 0n) throw new Stop("refused");
    if (length > BigInt(this.#bytes.length - this.at)) throw new Stop("runs-out");
    const from = this.at;
    this.at += Number(length);
    return this.#bytes.subarray(from, this.at);
  }

  /** Passes over a field that is not known, groups of them included. */
  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.#pass(8);
    else if (wireType === 2) this.bytes();
    else if (wireType === 3) this.#group();
    else if (wireType === 5) this.#pass(4);
    else throw new Stop("refused");
  }

  #group(): void {
    for (;;) {
      const wireType = Number(this.varint() & 7n);
      if (wireType === 4) return;
      this.skip(wireType);
    }
  }

  #pass(count: number): void {
    if (count > this.#bytes.length - this.at) throw new Stop("runs-out");
    this.at += count;
  }
}
