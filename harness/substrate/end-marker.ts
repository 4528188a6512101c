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

/** What follows the token in a whole marker, and what may still become it. */
const STATUS = new RegExp(`^(\\d{1,3})${String.fromCharCode(MARKER_FRAME)}`);
const STATUS_BEGUN = /^\d{0,3}$/;
const STATUS_BYTES = 4;

/**
 * A function that takes the chunks of output of one block. It holds back only what may be the beginning of the
 * marker of `token`, so memory does not grow with the output.
 */
export function endMarkerFinder(token: string): (chunk: Buffer) => MarkedOutput {
  const opening = Buffer.concat([Buffer.of(MARKER_FRAME), Buffer.from(`${token} `)]);
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const seen = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let start = seen.indexOf(opening); start >= 0; start = seen.indexOf(opening, start + 1)) {
      const digits = start + opening.length;
      const after = seen.toString("latin1", digits, digits + STATUS_BYTES);
      const status = STATUS.exec(after)?.[1];
      if (status !== undefined) {
        held = Buffer.alloc(0);
        const rest = seen.subarray(digits + status.length + 1);
        return { output: seen.subarray(0, start), status: Number(status), rest };
      }
      if (STATUS_BEGUN.test(after)) return hold(start);
    }
    return hold(seen.length - openingAtEnd(seen, opening));

    function hold(from: number): MarkedOutput {
      held = seen.subarray(from);
      return { output: seen.subarray(0, from), status: null, rest: Buffer.alloc(0) };
    }
  };
}

/** How many bytes at the end of `seen` may be the beginning of `opening`. */
function openingAtEnd(seen: Buffer, opening: Buffer): number {
  for (let length = Math.min(opening.length - 1, seen.length); length > 0; length--) {
    if (seen.subarray(seen.length - length).equals(opening.subarray(0, length))) return length;
  }
  return 0;
}
