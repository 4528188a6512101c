import fc from "fast-check";
import { expect, test } from "vitest";
import { decode, encode } from "./message.ts";
import { RPC } from "./rpc.ts";

const HASH = RPC.hashKv.response;
/** A header with the cluster's id 1, the hash 300, the compact revision -1: as etcd writes it. */
const WRITTEN = Buffer.from([
  0x0a,
  0x02,
  0x08,
  0x01,
  0x10,
  0xac,
  0x02,
  0x18,
  ...Array.from({ length: 9 }, () => 0xff),
  1,
]);

test("an answer of etcd's", () => {
  expect(decode(HASH, WRITTEN)).toEqual({ header: { cluster_id: "1" }, hash: 300, compact_revision: "-1" });
});

test("numbers of 64 bits, keys of any bytes and names of values stay what they are", () => {
  const decimal = (min: bigint, max: bigint): fc.Arbitrary<string> => fc.bigInt({ min, max }).map(String);
  const written = fc.record({
    key: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    mod_revision: decimal(-(2n ** 63n), 2n ** 63n - 1n),
    target: fc.constantFrom("MOD", "VALUE"),
    result: fc.constantFrom("GREATER", "LESS"),
  });
  fc.assert(
    fc.property(fc.array(written, { minLength: 1 }), decimal(1n, 2n ** 64n - 1n), (compare, id) => {
      expect(decode(RPC.txn.request, Buffer.from(encode(RPC.txn.request, { compare })))).toEqual({ compare });
      const answer = { header: { cluster_id: id } };
      expect(decode(HASH, Buffer.from(encode(HASH, answer)))).toEqual(answer);
    }),
  );
});

test("fields that nobody named are passed over, of whatever wire type", () => {
  const unknown = Buffer.from([0xf8, 1, 5, 0xf9, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0xfa, 1, 1, 0, 0xfd, 1, 1, 2, 3, 4]);
  expect(decode(HASH, Buffer.concat([unknown, WRITTEN, unknown]))).toMatchObject({ hash: 300 });
});

test.each([1, 2, 3, 5, 6, 8, 12])("a message that is cut after %i bytes is none", (bytes) => {
  expect(decode(HASH, WRITTEN.subarray(0, bytes))).toBeNull();
});
