import fc from "fast-check";
import { expect, test } from "vitest";
import { logRecords } from "./log-records.ts";
import "../../fixtures/property-seed.ts";

/** A record as etcd frames it (server/storage/wal/encoder.go, encodeFrameSize). */
function framed(data: Uint8Array): Buffer {
  const padding = (8 - (data.length % 8)) % 8;
  const frame = Buffer.alloc(8);
  const top = padding === 0 ? 0n : BigInt(0x80 | padding) << 56n;
  frame.writeBigUInt64LE(BigInt(data.length) | top);
  return Buffer.concat([frame, data, Buffer.alloc(padding)]);
}

test("every whole record is found at its place, and nothing in the zeros behind the last", () => {
  const records = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 10 });
  fc.assert(
    fc.property(records, fc.nat(64), (all, zeros) => {
      const segment = Buffer.concat([...all.map(framed), Buffer.alloc(zeros)]);
      const found = logRecords(segment).map(({ bytes, offset }) => [...segment.subarray(offset, offset + bytes)]);
      expect(found).toEqual(all.map((one) => [...one]));
    }),
  );
});

test("a record that is cut off is none", () => {
  const segment = Buffer.concat([framed(Buffer.from("whole")), framed(Buffer.from("cut off")).subarray(0, 12)]);
  expect(logRecords(segment)).toHaveLength(1);
});
