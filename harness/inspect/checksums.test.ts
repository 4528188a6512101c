import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slowCrc32, slowCrc32c, slowFnv, slowXxhash32 } from "../../fixtures/inspect/checksums.ts";
import { databases, lz4 } from "../../fixtures/inspect/dqlite-folder.ts";
import { crc32c, crc32HighestBitFirst, fnv1a64 } from "./checksums.ts";
import { unpackLz4Frame } from "./dqlite/lz4-frame.ts";
import { xxhash32 } from "./dqlite/xxhash32.ts";

const DIGITS = Buffer.from("123456789");

describe("published check values", () => {
  // CRC-32C of the digits: RFC 3720 and the catalogue of parametrised CRC algorithms (CRC-32/ISCSI); FNV-1a and xxHash: their own pages.
  test("CRC-32C", () => expect(crc32c(DIGITS)).toBe(0xe3069283));
  // The catalogue's CRC-32/MPEG-2 is this one beginning with ones: 0x0376e6e7. Beginning with zeros it is CRC-32/CKSUM without length and inversion.
  test("CRC-32, highest bit first", () => expect(crc32HighestBitFirst(DIGITS, 0xffffffff)).toBe(0x0376e6e7));
  test("FNV-1a", () => expect(fnv1a64(Buffer.from("a"))).toBe(0xaf63dc4c8601ec8cn));
  test("xxHash-32", () => {
    expect(xxhash32(Buffer.alloc(0))).toBe(0x02cc5d05);
    expect(xxhash32(Buffer.from("abc"))).toBe(0x32d153ff);
  });
});

describe("against the definitions, bit by bit", () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  test("all four", () => {
    fc.assert(
      fc.property(bytes, fc.nat(0xffffffff), (data, before) => {
        expect(crc32HighestBitFirst(data)).toBe(slowCrc32(data));
        expect(crc32c(data, before)).toBe(slowCrc32c(data, before));
        expect(fnv1a64(data)).toBe(slowFnv(data));
        expect(xxhash32(data)).toBe(slowXxhash32(data));
      }),
    );
  });
});

describe("LZ4", () => {
  test("a frame as the fixture writes it", () => {
    const unpacked = unpackLz4Frame(lz4(databases()));
    expect(unpacked).toEqual({ kind: "content", content: databases(), isChecked: true });
  });

  // Made with lz4 1.9.4 of a text that repeats itself (`printf 'abcabcabcabcabcabcabcabcabc12345' | lz4 -c -BX --content-size`).
  test("a frame with matches that overlap themselves", () => {
    const frame = Buffer.from(
      "04224d187c402000000000000000190d0000003f616263030005503132333435f6725e10000000000f2af8d1",
      "hex",
    );
    const unpacked = unpackLz4Frame(frame);
    expect(unpacked.kind === "content" ? unpacked.content.toString() : unpacked).toBe(
      "abcabcabcabcabcabcabcabcabc12345",
    );
  });
});
