/** Puts a table into docs/track-record.md, between the markers of its name. */
import { readFile, writeFile } from "node:fs/promises";

const FILE = "docs/track-record.md";

/**
 * Replaces what stands between `<!-- name:begin -->` and `<!-- name:end -->`.
 * @throws when the markers are not there.
 */
export async function writeTrackRecord(name: string, text: string): Promise<void> {
  const page = await readFile(FILE, "utf8");
  const begin = `<!-- ${name}:begin -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(`<!-- ${name}:end -->`);
  if (from < 0 || to < from) throw new Error(`${FILE} has no markers for ${name}`);
  await writeFile(FILE, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}
