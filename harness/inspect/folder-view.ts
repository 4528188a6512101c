/** A folder as the readers see it: names, sizes and bytes. Who makes one must open files for reading only (harness/system/open-store-folder.ts). */
import type { Finding } from "./report.ts";

/** A regular file. */
export interface ViewedFile {
  /** From the folder, with `/` between. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** A folder whose regular files can be read. */
export interface FolderView {
  /** As the person named it. */
  readonly path: string;
  /** All regular files below it, in name order. */
  readonly files: readonly ViewedFile[];
  /**
   * Bytes of a file; fewer than asked for where the file ends.
   * @throws whatever the system says, with its `code` (`EIO`: the disk does not give the bytes)
   */
  read(name: string, fromByte: number, lengthBytes: number): Buffer;
}

/** The largest file that is read as a whole, and the largest snapshot that is decompressed. */
export const WHOLE_FILE_LIMIT_BYTES: number = 1024 ** 3;

/** A whole file, or what keeps it from being read. */
export function wholeFile(
  view: FolderView,
  file: ViewedFile,
): { readonly bytes: Buffer } | { readonly finding: Finding } {
  if (file.sizeBytes > WHOLE_FILE_LIMIT_BYTES) {
    const what = `${file.sizeBytes} bytes are more than are read at once (${WHOLE_FILE_LIMIT_BYTES}): not looked into`;
    return { finding: { kind: "cannot-tell", file: file.name, atByte: null, what } };
  }
  try {
    return { bytes: view.read(file.name, 0, file.sizeBytes) };
  } catch (error) {
    return { finding: unreadable(error, file.name) };
  }
}

/**
 * What it means that bytes of a file cannot be had.
 * @throws the error when it is not the disk's
 */
export function unreadable(error: unknown, file: string): Finding {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "EIO") throw error;
  return { kind: "damage", file, atByte: null, what: "the disk does not give its bytes (EIO)" };
}
