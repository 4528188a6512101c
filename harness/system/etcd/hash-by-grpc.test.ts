import { expect, test } from "vitest";
import { hashIn } from "./hash-by-grpc.ts";

/** A header of two bytes, the hash 300, the compact revision 7. */
const WHOLE = Buffer.from([0x0a, 0x02, 0x08, 0x01, 0x10, 0xac, 0x02, 0x18, 0x07]);

test("hash and compact revision are read, whatever stands before them", () => {
  expect(hashIn(WHOLE, "5")).toEqual({ revision: "5", compactRevision: "7", hash: "300" });
});

test("what is left out is 0; nothing compacted is -1 in some versions", () => {
  expect(hashIn(Buffer.from([0x0a, 0x00]), "5")).toEqual({ revision: "5", compactRevision: "0", hash: "0" });
  const minusOne = Buffer.from([0x18, ...Array.from({ length: 9 }, () => 0xff), 0x01]);
  expect(hashIn(minusOne, "5")?.compactRevision).toBe("-1");
});

test.each([1, 2, 3, 5, 6, 8])("a message that is cut after %i bytes is no hash", (bytes) => {
  expect(hashIn(WHOLE.subarray(0, bytes), "5")).toBeNull();
});
