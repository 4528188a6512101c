/** The streams and surroundings of the command line as one value, so that tests can give others. */
import { relative } from "node:path";

/** Where a command reads its surroundings and writes to. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** The folder the command was given in. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The part of a writable stream that is used here. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return { stdout: process.stdout, stderr: process.stderr, cwd: process.cwd(), environment: process.env };
}

/** Whether lines on this stream may be drawn again. */
export function isLive(stream: OutputStream, environment: Terminal["environment"]): boolean {
  // A terminal that does not know its size (0 by 0) cannot be drawn on.
  return stream.isTTY === true && stream.columns !== 0 && environment["TERM"] !== "dumb";
}

/** Whether colour may be used on this stream (https://no-color.org). */
export function wantsColor(stream: OutputStream, environment: Terminal["environment"]): boolean {
  return stream.isTTY === true && environment["TERM"] !== "dumb" && (environment["NO_COLOR"] ?? "") === "";
}

/** Writes text and resolves when it has been handed to the system. A reader that has gone away is no error. */
export function writeText(stream: OutputStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

/** A folder as a person would type it: relative when it lies below the folder of the command, else absolute. */
export function shownFolder(runDir: string, cwd: string): string {
  const below = relative(cwd, runDir);
  return below.startsWith("..") ? runDir : below || ".";
}
