/**
 * The witness of damaged data: what the member itself serves, the files as they are compared with how they were, and the
 * kernel's list of processes. It shares nothing with the injector but the names (law 3).
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { ClusterNode } from "../system/index.ts";
import type { DamageKind } from "./damage.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { databaseOf, logSegmentsOf } from "./member-files.ts";
import { processGone } from "./member-process.ts";
import { recordSightings, type Looks, type Sighting } from "./sightings.ts";
import { servesOtherData, type PlantedValue } from "./served-data.ts";
import { writtenBytes } from "./store-files.ts";

export type { PlantedValue } from "./served-data.ts";

/** What it looks for. */
export const DAMAGE_SIGNS: Readonly<Record<DamageKind, readonly string[]>> = {
  "changed-value": ["target-serves-another-value", "target-has-another-hash"],
  "damaged-wal": ["closed-records-differ", "target-process-is-gone"],
  "truncated-database": ["database-is-shorter", "target-process-is-gone"],
  "missing-wal": ["log-segments-are-gone", "target-process-is-gone"],
};

export interface DamageWitnessOptions extends Pick<ArmOptions, "cluster" | "recorder" | "run"> {
  readonly node: ClusterNode;
  readonly how: DamageKind;
  /** The value that is changed; null where files are damaged otherwise. */
  readonly planted: PlantedValue | null;
}

/** Looks before, remembers the files, and compares. */
export function damageWitness(options: DamageWitnessOptions): Witness {
  const { how, node, planted } = options;
  let before: Files | null = null;
  return {
    observe: async (when) => {
      if (planted !== null) return recordSightings(options, when, servesOtherData(options, planted, when));
      const then = when === "before" ? null : before;
      const compared = async (look: (one: Files, other: Files) => Sighting): Promise<Sighting> => {
        const now = await filesOf(node, then);
        // Twice in a row, so that a file that changes by itself is found out before the injection.
        before ??= now;
        return look(then ?? now, await filesOf(node, then ?? now));
      };
      const own: Looks = {
        "closed-records-differ": async () => compared(recordsDiffer),
        "database-is-shorter": async () => compared(isShorter),
        "log-segments-are-gone": async () => compared(segmentsGone),
        "target-process-is-gone": async () => processGone(node),
      };
      const looks = Object.fromEntries(Object.entries(own).filter(([sign]) => DAMAGE_SIGNS[how].includes(sign)));
      await recordSightings(options, when, looks);
    },
  };
}

/** What of the files is compared. */
interface Files {
  readonly databaseBytes: number;
  readonly segments: readonly string[];
  /** The first half of what is written in the last segment: it is closed, and is never written again. */
  readonly closedBytes: number;
  readonly closedHash: string | null;
}

/** As they are now; the hash is of as much as it was of before. */
async function filesOf(node: ClusterNode, before: Files | null): Promise<Files> {
  const segments = await logSegmentsOf(node);
  const last = before === null ? segments.at(-1) : before.segments.at(-1);
  const content = last !== undefined && segments.includes(last) ? await readFile(last) : Buffer.alloc(0);
  const closedBytes = before?.closedBytes ?? Math.floor(writtenBytes(content) / 2);
  return {
    databaseBytes: (await stat(databaseOf(node))).size,
    segments,
    closedBytes,
    closedHash:
      content.length < closedBytes ? null : createHash("sha256").update(content.subarray(0, closedBytes)).digest("hex"),
  };
}

function recordsDiffer(before: Files, now: Files): Sighting {
  const what = `the first ${before.closedBytes} bytes of the write-ahead log`;
  if (before.closedHash === null || now.closedHash === null) return { seen: null, detail: `${what} are not there` };
  const seen = before.closedHash !== now.closedHash;
  return { seen, detail: `${what} are ${seen ? "others" : "the same"}` };
}

function isShorter(before: Files, now: Files): Sighting {
  return {
    seen: now.databaseBytes < before.databaseBytes,
    detail: `the database had ${before.databaseBytes} bytes and has ${now.databaseBytes}`,
  };
}

function segmentsGone(before: Files, now: Files): Sighting {
  const left = before.segments.filter((one) => now.segments.includes(one));
  return { seen: left.length === 0, detail: `of ${before.segments.length} segments ${left.length} are there` };
}
