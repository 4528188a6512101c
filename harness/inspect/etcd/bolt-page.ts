/**
 * One page of a bbolt file (bbolt internal/common/page.go). 16 bytes: its number, flags, count, how many pages more it covers. Then an
 * element for each key, which says where its key is, counted from the element; in a leaf the value follows the key. No checksum.
 */

const HEADER_BYTES = 16;
const ELEMENT_BYTES = 16;
const BRANCH = 1;
const LEAF = 2;
const IS_BUCKET = 1;

/** A key of a leaf with its value, or of a branch with the page below it. */
export type BoltElement =
  | { readonly kind: "value"; readonly key: Buffer; readonly value: Buffer; readonly isBucket: boolean }
  | { readonly kind: "below"; readonly key: Buffer; readonly page: bigint };

/** The elements of the page in these bytes, or what is wrong with it. */
export function readBoltPage(page: Buffer): readonly BoltElement[] | string {
  if (page.length < HEADER_BYTES) return "is cut short";
  const [flags, count] = [page.readUInt16LE(8), page.readUInt16LE(10)];
  if (flags !== BRANCH && flags !== LEAF) return `has the flags ${flags}, and is neither branch nor leaf`;
  const elements: BoltElement[] = [];
  for (let at = HEADER_BYTES; at < HEADER_BYTES + count * ELEMENT_BYTES; at += ELEMENT_BYTES) {
    if (at + ELEMENT_BYTES > page.length) return `has ${count} keys, more than fit`;
    const element = flags === LEAF ? leafElement(page, at) : branchElement(page, at);
    const before = elements.at(-1);
    if (element === undefined) return `key ${elements.length + 1} of ${count} lies outside of it`;
    if (before !== undefined && Buffer.compare(before.key, element.key) >= 0)
      return `key ${elements.length + 1} of ${count} is out of order`;
    elements.push(element);
  }
  return elements;
}

/** Number and size in pages, as the page itself says. */
export function boltPageClaims(header: Buffer): { readonly page: bigint; readonly pages: number } {
  return { page: header.readBigUInt64LE(0), pages: 1 + header.readUInt32LE(12) };
}

function leafElement(page: Buffer, at: number): BoltElement | undefined {
  const flags = page.readUInt32LE(at);
  const [keyAt, keyBytes, valueBytes] = [
    at + page.readUInt32LE(at + 4),
    page.readUInt32LE(at + 8),
    page.readUInt32LE(at + 12),
  ];
  if (flags > IS_BUCKET || keyAt + keyBytes + valueBytes > page.length) return undefined;
  const valueAt = keyAt + keyBytes;
  return {
    kind: "value",
    key: page.subarray(keyAt, valueAt),
    value: page.subarray(valueAt, valueAt + valueBytes),
    isBucket: flags === IS_BUCKET,
  };
}

function branchElement(page: Buffer, at: number): BoltElement | undefined {
  const [keyAt, keyBytes] = [at + page.readUInt32LE(at), page.readUInt32LE(at + 4)];
  if (keyAt + keyBytes > page.length) return undefined;
  return { kind: "below", key: page.subarray(keyAt, keyAt + keyBytes), page: page.readBigUInt64LE(at + 8) };
}
