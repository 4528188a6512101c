/** Reads what a process has written since somebody last looked. Not its business: what it means. */
import { open } from "node:fs/promises";

/** More than this is read in several turns, so that a process that writes wildly does not fill the harness's memory. */
const MOST_BYTES = 1024 * 1024;

/**
 * The bytes from an offset on, at most 1 MiB of them; none when nothing was written since, or when there is no such file yet.
 * @throws the file system's own error for anything else.
 */
export async function readLogFrom(file: string, fromByte: number): Promise<Uint8Array> {
  try {
    await using log = await open(file, "r");
    // No more than there is: six looks a second that take a mebibyte each make the whole heap be searched for garbage every other second.
    const { size } = await log.stat();
    const buffer = new Uint8Array(Math.min(MOST_BYTES, Math.max(0, size - fromByte)));
    const { bytesRead } = await log.read(buffer, 0, buffer.length, fromByte);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Uint8Array();
    throw error;
  }
}
