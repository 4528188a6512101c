/**
 * The fields of dqlite's messages: words of 8 bytes, little-endian, and texts that end with a zero byte and are filled up to
 * whole words (https://canonical.com/dqlite/docs/reference/wire-protocol).
 */
const WORD_BYTES = 8;

/** Bytes in so many words. */
export function wordsOf(count: number): number {
  return count * WORD_BYTES;
}

/** A body of one word. */
export function bodyOfWord(value: bigint): Buffer {
  const word = Buffer.alloc(WORD_BYTES);
  word.writeBigUInt64LE(value);
  return word;
}

/** A body of one text. */
export function bodyOfText(text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`, "utf8");
  return Buffer.concat([bytes, Buffer.alloc(paddingOf(bytes.length))]);
}

/** Reads a body field by field. @throws RangeError where it ends too early. */
export class BodyReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  word(): bigint {
    return this.bytes(WORD_BYTES).readBigUInt64LE(0);
  }

  text(): string {
    const end = this.#body.indexOf(0, this.#at);
    if (end < 0) throw new RangeError("a text without its end");
    const lengthBytes = end - this.#at;
    const text = this.bytes(lengthBytes).toString("utf8");
    this.bytes(1 + paddingOf(lengthBytes + 1));
    return text;
  }

  bytes(count: number): Buffer {
    const next = this.#at + count;
    if (next > this.#body.length) throw new RangeError("a body that ends too early");
    const bytes = this.#body.subarray(this.#at, next);
    this.#at = next;
    return bytes;
  }
}

function paddingOf(lengthBytes: number): number {
  return (WORD_BYTES - (lengthBytes % WORD_BYTES)) % WORD_BYTES;
}
