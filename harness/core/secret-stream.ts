/**
 * Takes secrets out of bytes that come in arbitrary pieces: what may be the beginning of a secret is held back until its
 * end has been seen. Bytes that are no secret come out as they went in.
 */
import { replaceSpans, SECRET_MAX_CHARACTERS, type SecretFinder } from "./secrets.ts";

/** A stream without its secrets. */
export interface SecretStream {
  /** Takes the next bytes and gives those that may be written by now. */
  write(chunk: Uint8Array): Buffer;
  /** The rest. */
  end(): Buffer;
  /** How many secrets have been replaced so far. */
  replaced(): number;
}

/** Not for every chunk: a command that prints byte by byte would have its last line looked through thousands of times. */
const LOOK_EVERY_BYTES = 8192;

/** A stream that holds back at most some 40,000 bytes more than it was just given. */
export function secretStream(finder: SecretFinder): SecretStream {
  let held = "";
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let replaced = 0;
  const all = (): string => {
    const text = held + Buffer.concat(waiting).toString("latin1");
    waiting = [];
    waitingBytes = 0;
    return text;
  };
  const take = (text: string, cut: number): Buffer => {
    const spans = finder.find(text, "latin1");
    // A secret across the cut is not cut.
    const upTo = spans.reduce((at, { start, end }) => (start < at && end > at ? start : at), cut);
    const done = replaceSpans(
      text.slice(0, upTo),
      spans.filter(({ end }) => end <= upTo),
    );
    held = text.slice(upTo);
    replaced += done.replaced;
    return Buffer.from(done.text, "latin1");
  };
  return {
    write: (chunk) => {
      waiting.push(Buffer.from(chunk));
      waitingBytes += chunk.byteLength;
      if (waitingBytes < LOOK_EVERY_BYTES) return Buffer.alloc(0);
      const text = all();
      return take(text, safeCut(text));
    },
    end: () => {
      const text = all();
      return take(text, text.length);
    },
    replaced: () => replaced,
  };
}

/** The end of the last line but one, since a name and its value may stand on two lines; of endless lines, all but what a secret may be long. */
function safeCut(text: string): number {
  const last = text.lastIndexOf("\n");
  const lastButOne = last <= 0 ? -1 : text.lastIndexOf("\n", last - 1);
  return Math.max(lastButOne + 1, text.length - SECRET_MAX_CHARACTERS);
}
