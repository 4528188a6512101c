/**
 * Keeps what one step prints: the beginning in a file of the evidence, the end for the ledger, and the count of all of it.
 * Secrets are taken out before anything is written (core/secrets.ts).
 * It never holds up the command that prints (law 2: a step that waits for us is not the operator's step).
 * Not its business: what the output means.
 */
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { messageOf, secretStream, type SecretFinder } from "../core/index.ts";

/** How much of one step's output the file keeps: enough for any page, and a loop that prints cannot fill the disk. */
export const KEPT_OUTPUT_BYTES = 10_000_000;

/** How many characters (UTF-16 units) of its end the ledger takes; the contract of `StepEntry.outputTail`. */
export const TAIL_CHARACTERS = 4_000;

/** Much more than the tail's characters take, so that a secret which reaches into them is seen with its beginning. */
const TAIL_BYTES = 64 * 1024;

/** The output of one step while it runs. */
export interface StepOutput {
  readonly write: (chunk: Uint8Array) => void;
  /** Writes the rest and closes the file. Never throws: where the file could not be kept, `trouble` says why. */
  close(): Promise<KeptOutput>;
}

/** What is known of the output at its end. */
export interface KeptOutput {
  readonly bytes: number;
  readonly tail: string;
  /** How many secrets were replaced in the file, and in the tail where that is no part of the file. */
  readonly redactions: number;
  /** Null when the file is whole, or cut at the limit with a note of how much; else what went wrong with it. */
  readonly trouble: string | null;
}

/** Begins the file at `path`, and the folder for it. Never throws. */
export async function openStepOutput(
  path: string,
  secrets: SecretFinder,
  keptBytes: number = KEPT_OUTPUT_BYTES,
): Promise<StepOutput> {
  let trouble: string | null = null;
  let file: WriteStream | null = null;
  const fail = (error: unknown): void => void (trouble ??= messageOf(error));
  try {
    await mkdir(dirname(path), { recursive: true });
    file = createWriteStream(path, { flags: "wx" });
    file.on("error", fail);
  } catch (error) {
    fail(error);
  }

  const clean = secretStream(secrets);
  let bytes = 0;
  let latest: Buffer[] = [];
  let latestBytes = 0;
  const compact = (): Buffer => {
    const tail = Buffer.concat(latest).subarray(-TAIL_BYTES);
    latest = [tail];
    latestBytes = tail.length;
    return tail;
  };
  return {
    write: (chunk) => {
      const room = keptBytes - bytes;
      bytes += chunk.byteLength;
      // A copy: the sender may use its buffer again before the file has taken it.
      const copy = Buffer.from(chunk);
      // What waits to be written is bounded by `keptBytes`, so the back pressure of the file can be left alone.
      if (room > 0 && trouble === null) file?.write(clean.write(copy.subarray(0, room)));
      latest.push(copy);
      latestBytes += copy.length;
      // Not for every chunk: a command that prints byte by byte would be copied 16,000 times over.
      if (latestBytes > 16 * TAIL_BYTES) compact();
    },
    close: async () => {
      const cut = bytes - keptBytes;
      if (file !== null && trouble === null) {
        const note = cut > 0 ? `\n[cut here: ${cut} bytes more were printed and are not kept]\n` : "";
        file.end(Buffer.concat([clean.end(), Buffer.from(note)]));
        await finished(file).catch(fail);
      }
      const last = secrets.redact(withoutHalfKey(compact().toString("latin1"), bytes), "latin1");
      const isInFile = trouble === null && cut <= 0;
      return {
        bytes,
        tail: lastCharacters(Buffer.from(last.text, "latin1")),
        redactions: clean.replaced() + (isInFile ? 0 : last.replaced),
        trouble,
      };
    },
  };
}

/** A private key whose beginning came before what is still known of the output is not recognised by its form. */
function withoutHalfKey(latest: string, bytes: number): string {
  if (latest.length >= bytes) return latest;
  const end = latest.indexOf("-----END ");
  const begin = latest.indexOf("-----BEGIN ");
  return end >= 0 && (begin < 0 || end < begin) ? latest.slice(end) : latest;
}

/** The last characters of UTF-8 bytes that may begin in the middle of one. */
function lastCharacters(bytes: Buffer): string {
  let start = 0;
  while (start < 3 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  const text = bytes.subarray(start).toString("utf8").slice(-TAIL_CHARACTERS);
  // Half of a surrogate pair at the cut is no character.
  return /^[\uDC00-\uDFFF]/.test(text) ? text.slice(1) : text;
}
