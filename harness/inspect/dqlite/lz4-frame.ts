/**
 * An LZ4 frame, as dqlite compresses its snapshots: with the content's size and a checksum over it (canonical/raft
 * src/compress.c). The format: lz4 doc/lz4_Frame_format.md and doc/lz4_Block_format.md. Little-endian:
 *
 *     4 bytes magic, 1 byte flags, 1 byte block size, 8 bytes content size (if flagged), 1 byte checksum of these
 *     blocks: 4 bytes length (highest bit: stored as it is), the block, 4 bytes checksum (if flagged); length 0 ends them
 *     4 bytes checksum of the content (if flagged)
 */
import { WHOLE_FILE_LIMIT_BYTES } from "../folder-view.ts";
import { xxhash32 } from "./xxhash32.ts";

const MAGIC = 0x184d2204;
const FLAGS_AT_BYTE = 4;
const STORED_AS_IT_IS = 0x80000000;

/** What is inside, or why that cannot be had. */
export type Unpacked =
  | { readonly kind: "content"; readonly content: Buffer; readonly isChecked: boolean }
  | { readonly kind: "broken"; readonly because: string }
  | { readonly kind: "too-large"; readonly bytes: bigint };

/** Whether these bytes are such a frame. */
export function isLz4Frame(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32LE(0) === MAGIC;
}

/** Unpacks a frame that says how long its content is, and holds it against its checksums. */
export function unpackLz4Frame(bytes: Buffer): Unpacked {
  try {
    return unpack(bytes);
  } catch (error) {
    // Reading behind the end of a Buffer throws this.
    if (error instanceof RangeError) return { kind: "broken", because: "it ends before its end mark" };
    throw error;
  }
}

function unpack(bytes: Buffer): Unpacked {
  const flags = bytes.readUInt8(FLAGS_AT_BYTE);
  const [blocksChecked, contentSized, contentChecked] = [(flags & 0x10) !== 0, (flags & 8) !== 0, (flags & 4) !== 0];
  if (flags >> 6 !== 1 || (flags & 3) !== 0 || !contentSized) return broken(`its flags are ${flags.toString(16)}`);
  const checksumAt = FLAGS_AT_BYTE + 10;
  if (((xxhash32(bytes.subarray(FLAGS_AT_BYTE, checksumAt)) >>> 8) & 0xff) !== bytes.readUInt8(checksumAt)) {
    return broken("the checksum of its header does not fit");
  }
  const size = bytes.readBigUInt64LE(FLAGS_AT_BYTE + 2);
  if (size > WHOLE_FILE_LIMIT_BYTES) return { kind: "too-large", bytes: size };
  const content = Buffer.alloc(Number(size));
  let [at, filled] = [checksumAt + 1, 0];
  for (;;) {
    const length = bytes.readUInt32LE(at);
    at += 4;
    if (length === 0) break;
    const block = bytes.subarray(at, at + (length & ~STORED_AS_IT_IS));
    at += length & ~STORED_AS_IT_IS;
    if (at > bytes.length) return broken("it ends within a block");
    filled = length >= STORED_AS_IT_IS ? filled + block.copy(content, filled) : unpackBlock(block, content, filled);
    if (filled === -1) return broken(`the block that ends at byte ${at} is none`);
    if (blocksChecked && bytes.readUInt32LE(at) !== xxhash32(block))
      return broken(`the checksum of the block that ends at byte ${at} does not fit`);
    if (blocksChecked) at += 4;
  }
  if (filled !== content.length) return broken(`it holds ${filled} bytes of ${content.length}`);
  if (contentChecked && bytes.readUInt32LE(at) !== xxhash32(content))
    return broken("the checksum of its content does not fit");
  if (contentChecked) at += 4;
  if (at !== bytes.length) return broken(`${bytes.length - at} bytes follow its end`);
  return { kind: "content", content, isChecked: contentChecked };
}

/** Unpacks a block behind what is there already, which it may refer to. Gives where the content ends then, or -1. */
function unpackBlock(block: Buffer, content: Buffer, filled: number): number {
  let [at, to] = [0, filled];
  const longer = (short: number): number => {
    let length = short;
    for (let more = short === 15 ? 255 : 0; more === 255; length += more) more = block.readUInt8(at++);
    return length;
  };
  while (at < block.length) {
    const token = block.readUInt8(at++);
    const literals = longer(token >> 4);
    if (at + literals > block.length || to + literals > content.length) return -1;
    to += block.copy(content, to, at, at + literals);
    at += literals;
    // The last one has no match; liblz4, which dqlite uses, leaves no length of one either.
    if (at === block.length) return (token & 15) === 0 ? to : -1;
    const from = to - block.readUInt16LE(at);
    at += 2;
    const length = longer(token & 15) + 4;
    if (from < 0 || from >= to || to + length > content.length) return -1;
    // What is copied may be what was just written, so it goes byte by byte.
    for (let offset = 0; offset < length; offset++) content[to + offset] = content[from + offset] ?? 0;
    to += length;
  }
  return -1;
}

function broken(because: string): Unpacked {
  return { kind: "broken", because };
}
