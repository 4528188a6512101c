/** How the files of a dqlite member are damaged while it does not run. Not its business: stopping it, and proving the damage. */
import { open, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { storeFilesOf, storeFolderOf, writtenBytes, type StoreFile } from "./store-files.ts";

/** A file, and what becomes of it: a byte in the middle of what is written is changed, it is gone, or its second half is. */
export type StoreDamage = `${Exclude<StoreFile, "metadata">}-${"byte" | "missing" | "truncated"}` | "metadata-missing";

/** A damage in its parts. */
export interface DamageParts {
  readonly file: StoreFile;
  readonly how: "byte" | "missing" | "truncated";
}

/** Takes the name apart. */
export function partsOf(damage: StoreDamage): DamageParts {
  const at = damage.lastIndexOf("-");
  return { file: damage.slice(0, at) as StoreFile, how: damage.slice(at + 1) as DamageParts["how"] };
}

const FILE_WORDS: Readonly<Record<StoreFile, string>> = {
  "closed-segment": "a closed segment of its log that is not the last one",
  "last-closed-segment": "the last closed segment of its log",
  "open-segment": "the segment that its log was written to last",
  snapshot: "its newest snapshot",
  metadata: "the two files with its term and vote",
};

/** What it does, for the report. */
export function damageWords(damage: StoreDamage): string {
  const { file, how } = partsOf(damage);
  switch (how) {
    case "byte":
      return `one byte in the middle of ${FILE_WORDS[file]} is changed`;
    case "missing":
      return `${FILE_WORDS[file]} ${file === "metadata" ? "are" : "is"} gone`;
    case "truncated":
      return `of ${FILE_WORDS[file]} only the first half of what was written is left`;
  }
}

/**
 * Damages the files of a member that does not run.
 * @throws DrillError `harness` when it has no such file, or nothing is written in it.
 */
export async function damageStore(damage: StoreDamage, node: ClusterNode): Promise<void> {
  const { file, how } = partsOf(damage);
  const paths = await pathsOf(node, file);
  for (const path of paths) {
    if (how === "missing") await remove(path, file);
    else if (how === "truncated") await truncate(path, await halfOf(path));
    else await changeByte(path, await halfOf(path));
  }
}

/** The ones that are damaged. */
async function pathsOf(node: ClusterNode, file: StoreFile): Promise<readonly string[]> {
  const names = await storeFilesOf(node, file);
  const chosen = file === "metadata" ? names : [await choose(node, file, names)].filter((name) => name !== undefined);
  if (chosen.length === 0)
    throw new DrillError(
      "harness",
      "fault",
      `${node.name} has not ${FILE_WORDS[file]}: its folder has ${names.length} such`,
    );
  return chosen.map((name) => join(storeFolderOf(node), name));
}

async function choose(node: ClusterNode, file: StoreFile, names: readonly string[]): Promise<string | undefined> {
  if (file === "closed-segment") return names.at(-2);
  if (file !== "open-segment") return names.at(-1);
  // Those behind the one that is written are allocated ahead and hold nothing.
  let written: string | undefined;
  for (const name of names)
    if (writtenBytes(await readFile(join(storeFolderOf(node), name))) > FORMAT_BYTES) written = name;
  return written;
}

/** An open segment begins with its format, and with nothing else before its first entry. */
const FORMAT_BYTES = 8;

/** A snapshot is two files. */
async function remove(path: string, file: StoreFile): Promise<void> {
  await rm(path);
  if (file === "snapshot") await rm(`${path}.meta`);
}

async function halfOf(path: string): Promise<number> {
  return Math.floor(writtenBytes(await readFile(path)) / 2);
}

async function changeByte(path: string, at: number): Promise<void> {
  await using handle = await open(path, "r+");
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
  await handle.write(Buffer.of((buffer[0] ?? 0) ^ 0x20), 0, 1, at);
  await handle.sync();
}
