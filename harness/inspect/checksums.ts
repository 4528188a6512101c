/** The checksums of both stores. Facts with their sources; nothing here is fast beyond what a table gives. */

/**
 * dqlite: CRC-32 with the polynomial 0x04c11db7, the highest bit first, beginning with 0 and ending without inversion
 * (canonical/raft src/byte.c, byteCrc32; the table is that of libiberty's crc32.c). It is not the CRC-32 of zip.
 */
export function crc32HighestBitFirst(bytes: Uint8Array, before = 0): number {
  let crc = before;
  for (const byte of bytes) crc = (crc << 8) ^ (HIGHEST_BIT_FIRST[(crc >>> 24) ^ byte] ?? 0);
  return crc >>> 0;
}

/** etcd: CRC-32C as Go's hash/crc32 has it; `before` goes on with an earlier one (etcd server/storage/wal/wal.go, crcTable; pkg/crc). */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CASTAGNOLI[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

/** bbolt: 64-bit FNV-1a over the meta page (bbolt internal/common/meta.go, Sum64; offsets of the hash: draft-eastlake-fnv). */
export function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

const HIGHEST_BIT_FIRST: Int32Array = table((index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

const CASTAGNOLI: Int32Array = table((index) => {
  let crc = index;
  // 0x82f63b78 is Castagnoli's polynomial, lowest bit first.
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function table(entry: (index: number) => number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) => entry(index));
}
