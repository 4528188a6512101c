/** The whole lines of a file, a chunk at a time: a ledger is never in memory as text as a whole. */
import { open } from "node:fs/promises";

const NEWLINE = 0x0a;
/** Enough for one read to cost little beside what is made of it; a longer line makes the buffer grow. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * The longest line that is read. The longest that is written, the header with its page or a part of a read-back, is far below; a file without line ends is no
 * ledger, whatever its size, and must not fill the memory.
 */
export const MAX_LINE_BYTES: number = 64 * 1024 * 1024;

/** The line after those that were given is longer than `MAX_LINE_BYTES`. */
export class LineTooLong extends Error {}

/** Takes one line, the bytes from `start` to `end` without the newline. They are only there during the call. */
export type TakeLine = (bytes: Buffer, start: number, end: number) => void;

/**
 * Reads the lines of a file.
 * @returns whether the file ended before the newline of its last line; that half line is not given.
 * @throws the system's error when it cannot be read; `LineTooLong`; what `take` throws.
 */
export async function readLines(path: string, take: TakeLine): Promise<{ readonly torn: boolean }> {
  await using file = await open(path, "r");
  let bytes = Buffer.allocUnsafe(CHUNK_BYTES);
  /** What stands at the buffer's begin: the part of a line whose end has not been read. */
  let filled = 0;
  for (;;) {
    if (filled >= MAX_LINE_BYTES) throw new LineTooLong(`it is longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB`);
    if (filled === bytes.length) bytes = Buffer.concat([bytes], bytes.length * 2);
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled);
    if (bytesRead === 0) return { torn: filled > 0 };
    const unseen = filled;
    filled += bytesRead;
    const whole = bytes.subarray(0, filled);
    let start = 0;
    for (let end = whole.indexOf(NEWLINE, unseen); end >= 0; end = whole.indexOf(NEWLINE, start)) {
      take(bytes, start, end);
      start = end + 1;
    }
    bytes.copyWithin(0, start, filled);
    filled -= start;
  }
}
