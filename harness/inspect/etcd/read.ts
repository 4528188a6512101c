/** An etcd data folder (`--data-dir`, or its `member` folder) as a report. */
import type { FolderView } from "../folder-view.ts";
import type { Finding, Position, StoreReport, StoredSnapshot, Unchecked } from "../report.ts";
import { joined, lastOf, reachOf, type StoredLog } from "../stored-log.ts";
import { readBackend, type ReadBackend } from "./backend.ts";
import { readSnapFiles, type ReadSnapFile } from "./snap-file.ts";
import { readWal } from "./wal.ts";
import { runsOf, type WalLog } from "./wal-log.ts";

/** Reads the folder. What is wrong in it is a finding, never thrown. */
export function readEtcd(view: FolderView): StoreReport {
  const member = view.files.some(({ name }) => name.startsWith("member/")) ? "member/" : "";
  const wal = readWal(view, `${member}wal/`);
  const snapFiles = readSnapFiles(view, `${member}snap/`);
  const usable = snapFiles.flatMap((one) => usableSnapshot(one, wal));
  const newest = usable.at(-1) ?? null;
  const base = newest?.position ?? { term: 0n, index: 0n };
  const log = joined(runsOf(wal));
  const { last, beyond } = wal.runs.length === 0 && newest === null ? { last: null, beyond: null } : reachOf(base, log);
  const read = readDatabase(view, `${member}snap/db`);
  return {
    folder: view.path,
    store: "etcd",
    identity: { clusterId: wal.clusterId, memberId: wal.memberId, address: null },
    servers: [],
    currentTerm: wal.term === 0n ? null : wal.term,
    last,
    lastIn:
      last === null ? null : (wal.runs.find((run) => lastOf(run)?.index === last.index)?.file ?? newest?.file ?? null),
    beyond,
    committedAtLeast: committed(wal, newest, read),
    reconfiguredAt: wal.forcedAt,
    snapshots: usable,
    log,
    backend: read.backend,
    findings: [
      ...missingWal(view, `${member}wal/`),
      ...wal.findings,
      ...snapFiles.flatMap(({ finding }) => finding ?? []),
      ...(wal.isCutAtStart ? [] : gap(base, log, last, beyond)),
      ...read.findings,
      ...backendFlaws(view, `${member}snap/`, read, newest?.position ?? null, last),
      ...forced(wal),
      ...setAside(view),
    ],
    unchecked: [...read.unchecked, ...uncheckedTypes(view, `${member}wal/`)],
    digests: new Map(),
  };
}

/** etcd starts from a snapshot only if the WAL has it on record and it is committed (wal.go, ValidSnapshotEntries; snapshotter.go, LoadNewestAvailable). */
function usableSnapshot({ file, position }: ReadSnapFile, wal: WalLog): readonly StoredSnapshot[] {
  const isOnRecord = wal.snapshots.some(({ term, index }) => term === position?.term && index === position.index);
  return position !== null && isOnRecord && position.index <= wal.committed ? [{ file, position }] : [];
}

function readDatabase(view: FolderView, name: string): ReadBackend {
  const file = view.files.find((one) => one.name === name);
  if (file !== undefined) return readBackend(view, file);
  const what = "is missing: without it etcd has no keys but those in the WAL";
  return { backend: null, findings: [{ kind: "damage", file: name, atByte: null, what }], unchecked: [] };
}

/** What is applied was committed, and so is what a snapshot covers. */
function committed(wal: WalLog, newest: StoredSnapshot | null, { backend }: ReadBackend): bigint | null {
  const known = [wal.committed, newest?.position.index ?? 0n, backend?.appliedIndex ?? 0n];
  const highest = known.reduce((a, b) => (a > b ? a : b));
  return highest === 0n ? null : highest;
}

function missingWal(view: FolderView, prefix: string): readonly Finding[] {
  if (view.files.some(({ name }) => name.startsWith(prefix) && name.endsWith(".wal"))) return [];
  const what =
    "there is no WAL here, which alone says how far the log went: lost, or elsewhere (--wal-dir). Inspect a folder in which member/wal is a link to it";
  return [{ kind: "damage", file: prefix, atByte: null, what }];
}

function gap(base: Position, log: StoredLog, last: Position | null, beyond: Position | null): readonly Finding[] {
  if (beyond === null) return [];
  const from = (last?.index ?? base.index) + 1n;
  const next = log.find(({ firstIndex }) => firstIndex > from);
  const what = `entries ${from} to ${(next?.firstIndex ?? from) - 1n} are missing: no snapshot that etcd would take covers them; it does not start`;
  return [{ kind: "damage", file: null, atByte: null, what }];
}

/** How the database must stand to the log (etcd server/storage/backend.go, RecoverSnapshotBackend). */
function backendFlaws(
  view: FolderView,
  prefix: string,
  { backend }: ReadBackend,
  snapshot: Position | null,
  last: Position | null,
): readonly Finding[] {
  const applied = backend?.appliedIndex ?? null;
  if (applied === null) return [];
  const file = `${prefix}db`;
  if (last !== null && applied > last.index) {
    const what = `has applied entry ${applied}; the WAL ends with ${last.index}: the two are of different times, or the WAL has lost its end`;
    return [{ kind: "damage", file, atByte: null, what }];
  }
  if (snapshot === null || applied >= snapshot.index) return [];
  const sent = `${prefix}${snapshot.index.toString(16).padStart(16, "0")}.snap.db`;
  if (view.files.some(({ name }) => name === sent)) {
    return [
      {
        kind: "note",
        file: sent,
        atByte: null,
        what: "a leader sent this database and a crash came before it was taken; etcd takes it at its start",
      },
    ];
  }
  const what = `has applied ${applied}, and the snapshot is at ${snapshot.index}: it is older than the WAL needs; etcd does not start`;
  return [{ kind: "damage", file, atByte: null, what }];
}

function forced({ forcedAt }: WalLog): readonly Finding[] {
  if (forcedAt === null) return [];
  const what = `somebody started it as a cluster of its own (--force-new-cluster): from entry ${forcedAt} on it went its own way`;
  return [{ kind: "note", file: null, atByte: null, what }];
}

function setAside(view: FolderView): readonly Finding[] {
  const what = "etcd itself found this file broken and set it aside";
  return view.files
    .filter(({ name }) => name.endsWith(".snap.broken"))
    .map(({ name }) => ({ kind: "note", file: name, atByte: null, what }));
}

function uncheckedTypes(view: FolderView, prefix: string): readonly Unchecked[] {
  const what = "the type of a record has no checksum; records are held against each other instead";
  return view.files
    .filter(({ name }) => name.startsWith(prefix) && name.endsWith(".wal"))
    .map(({ name }) => ({ file: name, fromByte: 0, toByte: 0, what }));
}
