/** Both stores allocate files ahead and fill them with zeros, so where the zeros begin matters. */

/** Byte of the first value other than zero at or after `fromByte`; the length when there is none. */
export function firstNonZero(bytes: Buffer, fromByte: number): number {
  let at = fromByte;
  while (at < bytes.length && at % CHUNK.length !== 0) {
    if (bytes[at] !== 0) return at;
    at++;
  }
  while (at + CHUNK.length <= bytes.length && bytes.compare(CHUNK, 0, CHUNK.length, at, at + CHUNK.length) === 0) {
    at += CHUNK.length;
  }
  while (at < bytes.length && bytes[at] === 0) at++;
  return at;
}

const CHUNK: Buffer = Buffer.alloc(64 * 1024);
