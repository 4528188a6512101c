/** A dqlite folder (MicroK8s: `/var/snap/microk8s/current/var/kubernetes/backend`) as a report. */
import { createHash } from "node:crypto";
import { wholeFile, type FolderView } from "../folder-view.ts";
import type { Finding, Identity, Position, StoredServer, StoreReport, Unchecked } from "../report.ts";
import { reachOf } from "../stored-log.ts";
import { CHANGE_OF_MEMBERS } from "./batch.ts";
import { readMembers } from "./members.ts";
import { readMetadata } from "./metadata.ts";
import { dqliteFiles } from "./names.ts";
import { reconfiguredAt, termFlaws } from "./terms.ts";
import { readSegments, type PlacedEntry } from "./segments.ts";
import { readSnapshot, type ReadSnapshot } from "./snapshot.ts";

/** Reads the folder. What is wrong in it is a finding, never thrown. */
export function readDqlite(view: FolderView): StoreReport {
  const files = dqliteFiles(view.files);
  const metadata = readMetadata(view, files.metadata);
  const snapshots = files.snapshots.map((one) => readSnapshot(view, one));
  const usable = snapshots.filter(({ isUsable }) => isUsable);
  const newest = usable.at(-1) ?? null;
  const segments = readSegments(view, files, newest?.files.position ?? null);
  const reconfigured = reconfiguredAt(segments.entries);
  const base = newest?.files.position ?? { term: 0n, index: 0n };
  const { last, beyond } = reachOf(base, segments.log);
  return {
    folder: view.path,
    store: "dqlite",
    identity: identityOf(view),
    servers: serversOf(segments.entries, newest),
    currentTerm: metadata.term,
    last,
    lastIn:
      last === null
        ? null
        : (segments.entries.find(({ index }) => index === last.index)?.file ?? newest?.files.name ?? null),
    beyond,
    committedAtLeast: newest?.files.position.index ?? null,
    reconfiguredAt: reconfigured,
    snapshots: usable.map(({ files: { name, position } }) => ({ file: name, position })),
    log: segments.log,
    backend: null,
    findings: [
      ...metadata.findings,
      ...missingMetadata(files.metadata.length, segments.entries.length > 0 || snapshots.length > 0),
      ...snapshots.flatMap(({ findings }) => findings),
      ...segments.findings,
      ...gaps(base, segments.entries, beyond),
      ...termFlaws(segments.entries, metadata.term, reconfigured),
      ...setAside(files.setAside.map(({ name }) => name)),
    ],
    unchecked: [...metadata.unchecked, ...snapshots.flatMap(({ unchecked }) => unchecked), ...uncheckedNames(usable)],
    // Open segments are numbered by each member for itself: equal names mean nothing.
    digests: digestsOf(view, [
      ...files.closed.map(({ file }) => file),
      ...files.snapshots.flatMap(({ data }) => data ?? []),
    ]),
  };
}

/** What the newest members' entry says, else the newest snapshot. */
function serversOf(entries: readonly PlacedEntry[], newest: ReadSnapshot | null): readonly StoredServer[] {
  const change = entries.findLast(({ kind }) => kind === CHANGE_OF_MEMBERS);
  return (change === undefined ? undefined : readMembers(change.data)) ?? newest?.servers ?? [];
}

/** go-dqlite's `info.yaml` says whose folder it is (go-dqlite internal/client store: Address, ID, Role). Without it nobody knows. */
function identityOf(view: FolderView): Identity {
  const file = view.files.find(({ name }) => name === "info.yaml");
  const read = file === undefined ? undefined : wholeFile(view, file);
  const text = read !== undefined && "bytes" in read ? read.bytes.toString("utf8") : "";
  const id = /^ID:\s*(\d{1,20})\s*$/m.exec(text)?.[1];
  const address = /^Address:\s*["']?([^\s"']+)["']?\s*$/m.exec(text)?.[1];
  return { clusterId: null, memberId: id === undefined ? null : BigInt(id), address: address ?? null };
}

function missingMetadata(found: number, hasData: boolean): readonly Finding[] {
  if (found > 0 || !hasData) return [];
  const what =
    "metadata1 and metadata2 are missing, so the member's term and vote are: taken out of a copy (as MicroK8s's page does), or lost";
  return [{ kind: "cannot-tell", file: null, atByte: null, what }];
}

function gaps(base: Position, entries: readonly PlacedEntry[], beyond: Position | null): readonly Finding[] {
  return entries.flatMap(({ index, file }, at): readonly Finding[] => {
    const before = entries[at - 1]?.index ?? (index > base.index ? base.index : index - 1n);
    if (before + 1n >= index) return [];
    const what = `entries ${before + 1n} to ${index - 1n} are missing before this file`;
    // dqlite removes old segments from the oldest on, so that such a gap is nothing that it leaves; but the snapshot makes up for it.
    if (beyond === null || index <= base.index)
      return [{ kind: "cannot-tell", file, atByte: null, what: `${what}; the snapshot covers them` }];
    return [
      { kind: "damage", file, atByte: null, what: `${what}; dqlite does not start, or starts without what follows` },
    ];
  });
}

function setAside(names: readonly string[]): readonly Finding[] {
  const what = "dqlite itself found this segment corrupt at a start and set it aside: what it held is not counted";
  return names.map((file) => ({ kind: "cannot-tell", file, atByte: null, what }));
}

/** The name is in no range of bytes, but nothing checks it either; one entry says so for all. */
function uncheckedNames(usable: readonly ReadSnapshot[]): readonly Unchecked[] {
  const what = "term and index of a snapshot stand in its name alone";
  return usable.map(({ files: { name } }) => ({ file: `${name}.meta`, fromByte: 0, toByte: 0, what }));
}

function digestsOf(view: FolderView, files: FolderView["files"]): ReadonlyMap<string, string> {
  return new Map(
    files.flatMap((file) => {
      const read = wholeFile(view, file);
      return "bytes" in read ? [[file.name, createHash("sha256").update(read.bytes).digest("hex")] as const] : [];
    }),
  );
}
