/** Finds the end marker of a block in a stream of output that comes in arbitrary chunks. Pure. */
import { MARKER_FRAME } from "./shell-driver.ts";

/** The parts of the output seen so far. */
export interface MarkedOutput {
  /** Output that certainly comes before the marker. */
  readonly output: Buffer;
  /** The block's status, once the whole marker has been seen; else null. */
  readonly status: number | null;
  /** What came after the marker; empty before that. */
  readonly rest: Buffer;
}

/** The longest marker: two frames, the token, a space and a status of at most three digits. */
const STATUS_MAX_DIGITS = 3;

/**
 * A function that takes the chunks of output of one block. It holds back only what may be the beginning of the
 * marker of `token`, so memory does not grow with the output.
 */
export function endMarkerFinder(token: string): (chunk: Buffer) => MarkedOutput {
  const opening = Buffer.concat([Buffer.of(MARKER_FRAME), Buffer.from(`${token} `)]);
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const seen = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const start = seen.indexOf(opening);
    if (start === -1) {
      const keep = openingAtEnd(seen, opening);
      held = seen.subarray(seen.length - keep);
      return { output: seen.subarray(0, seen.length - keep), status: null, rest: Buffer.alloc(0) };
    }
    const digits = start + opening.length;
    const end = seen.indexOf(MARKER_FRAME, digits);
    if (end === -1 && seen.length - digits <= STATUS_MAX_DIGITS) {
      held = seen.subarray(start);
      return { output: seen.subarray(0, start), status: null, rest: Buffer.alloc(0) };
    }
    held = Buffer.alloc(0);
    return {
      output: seen.subarray(0, start),
      status: Number(seen.toString("latin1", digits, end)),
      rest: seen.subarray(end + 1),
    };
  };
}

/** How many bytes at the end of `seen` may be the beginning of `opening`. */
function openingAtEnd(seen: Buffer, opening: Buffer): number {
  for (let length = Math.min(opening.length - 1, seen.length); length > 0; length--) {
    if (seen.subarray(seen.length - length).equals(opening.subarray(0, length))) return length;
  }
  return 0;
}
