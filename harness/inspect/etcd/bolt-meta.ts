/**
 * The two first pages of a bbolt file, written in turn so that one is always whole (bbolt internal/common/meta.go and page.go, db.go). In
 * the byte order of the machine, which is little-endian on all that etcd is tested on. From byte 16 of the page: 4 bytes magic, version
 * (2), page size, flags; 8 bytes root page and sequence, freelist page, first page that was never used, transaction, checksum.
 */
import { fnv1a64 } from "../checksums.ts";

const MAGIC = 0xed0cdaed;
const VERSION = 2;
const META_AT_BYTE = 16;
const META_BYTES = 64;

export interface BoltMeta {
  readonly pageBytes: number;
  readonly rootPage: bigint;
  /** Pages from here on were never used. */
  readonly pagesEnd: bigint;
  readonly transaction: bigint;
}

/** The meta page in these bytes of a page, or what is wrong with it. */
export function readBoltMeta(page: Buffer): BoltMeta | string {
  if (page.length < META_AT_BYTE + META_BYTES) return "is cut short";
  if (page.readUInt32LE(META_AT_BYTE) !== MAGIC) return "is no bbolt meta page";
  if (page.readUInt32LE(META_AT_BYTE + 4) !== VERSION)
    return `has the unknown version ${page.readUInt32LE(META_AT_BYTE + 4)}`;
  const checked = page.subarray(META_AT_BYTE, META_AT_BYTE + META_BYTES - 8);
  if (fnv1a64(checked) !== page.readBigUInt64LE(META_AT_BYTE + META_BYTES - 8))
    return "has a checksum that does not fit";
  return {
    pageBytes: checked.readUInt32LE(8),
    rootPage: checked.readBigUInt64LE(16),
    pagesEnd: checked.readBigUInt64LE(40),
    transaction: checked.readBigUInt64LE(48),
  };
}
