/**
 * The witness of a member's damaged store: the files as they are, held against how they were when its process had ended and nothing was damaged
 * yet, and the kernel's list of processes. It shares nothing with the injector but the names (law 3).
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { inState } from "./process-witness.ts";
import { recordSightings, type Sighting } from "./sightings.ts";
import { partsOf, type StoreDamage } from "./store-damage.ts";
import { storeFilesOf, storeFolderOf, writtenBytes, type StoreFile } from "./store-files.ts";

const GONE = "target-processes-are-gone";

const BY_HOW = { byte: "has-other-content", missing: "is-gone", truncated: "is-shorter" } as const;

/** What it looks for. */
export function storeDamageSigns(damage: StoreDamage): readonly string[] {
  const { file, how } = partsOf(damage);
  return [GONE, `${file}-${BY_HOW[how]}`];
}

export interface StoreDamageWitnessOptions extends Pick<ArmOptions, "cluster" | "recorder" | "run"> {
  readonly node: ClusterNode;
  /** All members that are ended. */
  readonly ended: readonly ClusterNode[];
  readonly damage: StoreDamage;
}

/** It looks at the files itself, at a time that the fault tells it: in between, they change by themselves. */
export interface StoreDamageWitness extends Witness {
  /** Looks at the files as they are now, and remembers. Called when no process writes to them any more, and before anything is damaged. */
  remember(): Promise<void>;
}

/** Looks before, remembers the files, and compares. */
export function storeDamageWitness(options: StoreDamageWitnessOptions): StoreDamageWitness {
  const { damage, ended, node } = options;
  const { file } = partsOf(damage);
  const [, sign = ""] = storeDamageSigns(damage);
  let before: Files | null = null;
  return {
    remember: async () => void (before = await filesOf(node, file, null)),
    observe: async (when) =>
      recordSightings(options, when, {
        [GONE]: async () => inState(ended, GONE),
        [sign]: async () => {
          // Before anything is done, twice in a row: what changes by itself would show.
          const then = before ?? (await filesOf(node, file, null));
          return compared(damage, then, await filesOf(node, file, then));
        },
      }),
  };
}

interface FileState {
  readonly bytes: number;
  /** How much of it is written for good: what comes later is added behind. */
  readonly writtenBytes: number;
  /** Of that much. */
  readonly hash: string;
}

type Files = ReadonlyMap<string, FileState>;

/** As they are now; hashes are of as much as was written before. */
async function filesOf(node: ClusterNode, file: StoreFile, before: Files | null): Promise<Files> {
  const files = new Map<string, FileState>();
  for (const name of await storeFilesOf(node, file)) {
    const content = await readFile(join(storeFolderOf(node), name));
    const written = before?.get(name)?.writtenBytes ?? writtenBytes(content);
    const hash = createHash("sha256").update(content.subarray(0, written)).digest("hex");
    files.set(name, { bytes: content.length, writtenBytes: written, hash });
  }
  return files;
}

function compared(damage: StoreDamage, before: Files, now: Files): Sighting {
  const { how } = partsOf(damage);
  const hit = [...before].filter(([name, then]) => isHit(how, then, now.get(name))).map(([name]) => name);
  const of = `of ${before.size} (${[...before.keys()].join(", ")})`;
  const what = { byte: "other content", missing: "gone", truncated: "shorter" }[how];
  return { seen: hit.length > 0, detail: `${hit.length === 0 ? "none" : hit.join(", ")} ${of}: ${what}` };
}

function isHit(how: "byte" | "missing" | "truncated", then: FileState, now: FileState | undefined): boolean {
  if (now === undefined) return how === "missing";
  if (now.bytes !== then.bytes) return how === "truncated" && now.bytes < then.bytes;
  return how === "byte" && now.hash !== then.hash;
}
