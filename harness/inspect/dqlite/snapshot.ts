/**
 * A dqlite snapshot: the data, and a `.meta` file with the members of that time. `.meta`, little-endian: 8 bytes each for the format (1),
 * the checksum, the index of the configuration, its length; then the configuration. The checksum is over all that follows it
 * (canonical/raft src/uv_snapshot.c). Term and index stand in the names alone.
 */
import { crc32HighestBitFirst } from "../checksums.ts";
import { wholeFile, type FolderView, type ViewedFile } from "../folder-view.ts";
import type { Finding, StoredServer, Unchecked } from "../report.ts";
import { flawOfDatabases } from "./databases.ts";
import { isLz4Frame, unpackLz4Frame } from "./lz4-frame.ts";
import { readMembers } from "./members.ts";
import type { SnapshotFiles } from "./names.ts";

const META_HEADER_BYTES = 32;
const CHECKED_FROM_BYTE = 16;

export interface ReadSnapshot {
  readonly files: SnapshotFiles;
  /** Whether dqlite could load it, as far as can be told. */
  readonly isUsable: boolean;
  readonly servers: readonly StoredServer[];
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
}

/** Reads and checks a snapshot. One of whose two files is missing or empty dqlite takes for unfinished, and does not load. */
export function readSnapshot(view: FolderView, files: SnapshotFiles): ReadSnapshot {
  const { data, meta } = files;
  const nothing = { files, isUsable: false, servers: [], unchecked: [] };
  if (data === null || meta === null || data.sizeBytes === 0) {
    const lacks = meta === null ? `${files.name}.meta` : `${files.name} with its data`;
    const what = `lacks ${lacks}: dqlite does not load it, and removes it. It writes .meta first and removes it first, so a crash may leave this`;
    return { ...nothing, findings: [{ kind: "note", file: (meta ?? data)?.name ?? files.name, atByte: null, what }] };
  }
  const [readMeta, readData] = [wholeFile(view, meta), wholeFile(view, data)];
  const findings = [readMeta, readData].flatMap((read) => ("finding" in read ? [read.finding] : []));
  if ("finding" in readMeta || "finding" in readData) return { ...nothing, findings };
  const servers = membersOf(readMeta.bytes);
  if (typeof servers === "string") findings.push(damage(meta, servers));
  const content = checkData(data, readData.bytes);
  return {
    files,
    isUsable: typeof servers !== "string" && content.finding?.kind !== "damage",
    servers: typeof servers === "string" ? [] : servers,
    findings: content.finding === null ? findings : [...findings, content.finding],
    unchecked: content.unchecked,
  };
}

/** The members in a `.meta` file, or what is wrong with it. */
function membersOf(bytes: Buffer): readonly StoredServer[] | string {
  if (bytes.length < META_HEADER_BYTES) return `has ${bytes.length} bytes, less than its header`;
  const [format, checksum, length] = [bytes.readBigUInt64LE(0), bytes.readBigUInt64LE(8), bytes.readBigUInt64LE(24)];
  if (format !== 1n) return `has the unknown format ${format}`;
  if (length !== BigInt(bytes.length - META_HEADER_BYTES))
    return `claims ${length} bytes of members and has ${bytes.length - META_HEADER_BYTES}`;
  if (BigInt(crc32HighestBitFirst(bytes.subarray(CHECKED_FROM_BYTE))) !== checksum) return "its checksum does not fit";
  return readMembers(bytes.subarray(META_HEADER_BYTES)) ?? "holds no members that can be read";
}

interface CheckedData {
  readonly finding: Finding | null;
  readonly unchecked: readonly Unchecked[];
}

function checkData(file: ViewedFile, bytes: Buffer): CheckedData {
  const bare = [
    {
      file: file.name,
      fromByte: 0,
      toByte: bytes.length,
      what: "the databases have no checksum; only their sizes are held against each other",
    },
  ];
  if (!isLz4Frame(bytes)) return { finding: flawed(file, flawOfDatabases(bytes)), unchecked: bare };
  const unpacked = unpackLz4Frame(bytes);
  switch (unpacked.kind) {
    case "broken":
      return { finding: damage(file, `cannot be unpacked (LZ4): ${unpacked.because}`), unchecked: [] };
    case "too-large": {
      const what = `claims ${unpacked.bytes} bytes unpacked, more than is looked into`;
      return { finding: { kind: "cannot-tell", file: file.name, atByte: null, what }, unchecked: bare };
    }
    case "content":
      return { finding: flawed(file, flawOfDatabases(unpacked.content)), unchecked: unpacked.isChecked ? [] : bare };
  }
}

function flawed(file: ViewedFile, flaw: string | undefined): Finding | null {
  return flaw === undefined ? null : damage(file, flaw);
}

function damage(file: ViewedFile, what: string): Finding {
  return { kind: "damage", file: file.name, atByte: null, what };
}
