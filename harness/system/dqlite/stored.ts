/** What lies in a member's folder, read without its process: so it may be had of a member that does not answer. */
import { DrillError } from "../../core/index.ts";
import { highestNamedIndex, inspectStore, storesIn } from "../../inspect/index.ts";
import type { StoredLog } from "../../ledger/index.ts";
import { openStoreFolder } from "../open-store-folder.ts";

/** The end of the log in the folder and what is damaged in it; null when there is no such store. */
export function storedIn(folder: string): StoredLog | null {
  try {
    using view = openStoreFolder(folder, folder);
    if (!storesIn(view.files.map(({ name }) => name)).includes("dqlite")) return null;
    const named = highestNamedIndex(view.files);
    const { findings, last } = inspectStore(view, "dqlite");
    return {
      lastTerm: last === null ? null : String(last.term),
      lastIndex: last === null ? null : String(last.index),
      namedIndex: named === null ? null : String(named),
      writtenAtUnixMs: view.writtenAtUnixMs,
      flaws: findings.flatMap(({ file, kind, what }) =>
        kind === "damage" ? [file === null ? what : `${file}: ${what}`] : [],
      ),
    };
  } catch (error) {
    // A machine without the folder, or a file that was just removed: nobody could look.
    if (error instanceof DrillError) return null;
    throw error;
  }
}
