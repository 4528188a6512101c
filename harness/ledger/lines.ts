/** The whole lines of a file, a chunk at a time: a ledger is never in memory as text as a whole. */
import { open } from "node:fs/promises";

const NEWLINE = 0x0a;

/** One line without its newline; `torn` when the file ended before the newline came. */
export interface Line {
  readonly text: string;
  readonly torn: boolean;
}

/** Reads the lines of a file in batches. Rejects with the system's error when it cannot be read. */
export async function* linesOf(path: string): AsyncGenerator<readonly Line[]> {
  await using file = await open(path, "r");
  // A line may span chunks; its bytes are joined before they are decoded, so that no character is cut in two.
  let rest: Buffer[] = [];
  for await (const chunk of file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false })) {
    const bytes = chunk as Buffer;
    const lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const part = bytes.subarray(start, end);
      lines.push({ text: (rest.length === 0 ? part : Buffer.concat([...rest, part])).toString("utf8"), torn: false });
      rest = [];
      start = end + 1;
    }
    if (start < bytes.length) rest.push(bytes.subarray(start));
    yield lines;
  }
  if (rest.length > 0) yield [{ text: Buffer.concat(rest).toString("utf8"), torn: true }];
}
