/**
 * A file `<term>-<index>.snap`: which members there were at that entry (etcd server/etcdserver/api/snap/snapshotter.go, snappb/snap.proto,
 * raftpb Snapshot). The data of the keys is not in it but in the database file. CRC-32C over the inner message.
 */
import { crc32c } from "../checksums.ts";
import { wholeFile, type FolderView, type ViewedFile } from "../folder-view.ts";
import type { Finding, Position } from "../report.ts";
import { readMessage } from "./protobuf.ts";

const OUTER = { 1: "number", 2: "bytes" } as const;
const SNAPSHOT = { 1: "bytes", 2: "bytes" } as const;
const ABOUT = { 1: "bytes", 2: "number", 3: "number" } as const;

const NAME = /([0-9a-f]{16})-([0-9a-f]{16})\.snap$/;

/** A file whose name is that of a snapshot: its position, or why it is damaged. */
export interface ReadSnapFile {
  readonly file: string;
  readonly position: Position | null;
  readonly finding: Finding | null;
}

/** All of them, oldest first: etcd orders them by name. */
export function readSnapFiles(view: FolderView, prefix: string): readonly ReadSnapFile[] {
  return view.files.flatMap((file) => {
    const match = file.name.startsWith(prefix) ? NAME.exec(file.name.slice(prefix.length)) : null;
    return match === null ? [] : [readSnapFile(view, file, BigInt(`0x${match[1]}`), BigInt(`0x${match[2]}`))];
  });
}

function readSnapFile(view: FolderView, file: ViewedFile, term: bigint, index: bigint): ReadSnapFile {
  const whole = wholeFile(view, file);
  if ("finding" in whole) return { file: file.name, position: null, finding: whole.finding };
  const flaw = flawOf(whole.bytes, term, index);
  if (flaw === undefined) return { file: file.name, position: { term, index }, finding: null };
  const what = `${flaw}; etcd renames it and starts from an older one`;
  return { file: file.name, position: null, finding: { kind: "damage", file: file.name, atByte: null, what } };
}

function flawOf(bytes: Buffer, term: bigint, index: bigint): string | undefined {
  if (bytes.length === 0) return "is empty";
  const outer = readMessage(bytes, OUTER);
  const data = outer?.bytes(2);
  if (outer === undefined || data === undefined) return "cannot be read";
  if (BigInt(crc32c(data)) !== outer.number(1)) return "its checksum does not fit";
  const about = readMessage(readMessage(data, SNAPSHOT)?.bytes(2) ?? Buffer.alloc(0), ABOUT);
  if (about === undefined) return "holds no snapshot that can be read";
  if (about.number(3) === term && about.number(2) === index) return undefined;
  return `holds the snapshot of term ${about.number(3)}, index ${about.number(2)}, which is not that of its name`;
}
