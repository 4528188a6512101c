/**
 * etcd's database file, as far as it says how fresh it is: `consistent_index` and `term` (8 bytes each, big-endian) and `storageVersion` in
 * bucket `meta`, and the last key of bucket `key`, which begins with its revision (etcd server/storage/schema/bucket.go, cindex.go;
 * server/storage/mvcc/revision.go).
 */
import type { FolderView, ViewedFile } from "../folder-view.ts";
import type { Backend, Finding, Unchecked } from "../report.ts";
import { walkBolt } from "./bolt-file.ts";

/** 8 bytes revision, `_`, 8 bytes place within it, and perhaps `t` for a deletion. */
const REVISION_KEY_BYTES: ReadonlySet<number> = new Set([17, 18]);

export interface ReadBackend {
  /** Null when not even its root can be read. */
  readonly backend: Backend | null;
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
}

/** Reads the file. */
export function readBackend(view: FolderView, file: ViewedFile): ReadBackend {
  const meta = new Map<string, Buffer>();
  let revision: bigint | null = null;
  const strange: Finding[] = [];
  const findings = walkBolt(view, file, (bucket, key, value) => {
    if (bucket === "meta") meta.set(key.toString("utf8"), value);
    if (bucket !== "key") return;
    if (REVISION_KEY_BYTES.has(key.length) && key[8] === 0x5f) revision = key.readBigUInt64BE(0);
    else if (strange.length === 0)
      strange.push({
        kind: "damage",
        file: file.name,
        atByte: null,
        what: `bucket key has a key that is no revision (${key.toString("hex")})`,
      });
  });
  const what = "keys and values have no checksum; only the pages' structure and the two meta pages are checked";
  return {
    backend: meta.size === 0 && findings.length > 0 ? null : { ...said(meta), revision },
    findings: [...findings, ...strange],
    unchecked: [{ file: file.name, fromByte: 0, toByte: file.sizeBytes, what }],
  };
}

function said(meta: ReadonlyMap<string, Buffer>): Omit<Backend, "revision"> {
  const number = (name: string): bigint | null => {
    const value = meta.get(name);
    return value?.length === 8 ? value.readBigUInt64BE(0) : null;
  };
  return {
    appliedIndex: number("consistent_index"),
    appliedTerm: number("term"),
    storageVersion: meta.get("storageVersion")?.toString("utf8") ?? null,
  };
}
