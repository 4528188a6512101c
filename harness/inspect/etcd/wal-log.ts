/**
 * What the records of a WAL say: the log, the member, its term, the snapshots (etcd server/storage/wal/wal.go, ReadAll; raft
 * raftpb/raft.proto; api/etcdserverpb Metadata; walpb Snapshot). Records of which a checksum does not cover the type are held against each
 * other instead: what cannot follow what came before is damage.
 */
import type { Finding, Position } from "../report.ts";
import { digestOf, type LogRun, type StoredEntry } from "../stored-log.ts";
import { readMessage } from "./protobuf.ts";
import { CHECKSUM, ENTRY, METADATA, SNAPSHOT, STATE, type WalRecord } from "./wal-frame.ts";

const ENTRY_FIELDS = { 1: "number", 2: "number", 3: "number", 4: "bytes" } as const;
const STATE_FIELDS = { 1: "number", 2: "number", 3: "number" } as const;
const METADATA_FIELDS = { 1: "number", 2: "number" } as const;
const SNAPSHOT_FIELDS = { 1: "number", 2: "number", 3: "bytes" } as const;

/** Kinds of entries in raftpb: normal, a change of members in its first and its second form. */
const HIGHEST_ENTRY_KIND = 2n;

/** What was read so far. */
export interface WalLog {
  /** What the oldest file's name says that the log had reached before it. */
  readonly startsBehind: bigint;
  memberId: bigint | null;
  clusterId: bigint | null;
  term: bigint;
  committed: bigint;
  /** Runs of entries; a new one begins behind a snapshot that the leader sent, or behind a gap. */
  readonly runs: { readonly firstIndex: bigint; readonly entries: StoredEntry[]; file: string }[];
  /** Where an entry was replaced by another of the same term, which no leader does: see below. */
  forcedAt: bigint | null;
  /** Something is broken in the last file that etcd takes for its end: it starts, without what follows. */
  isCutAtStart: boolean;
  /** As recorded; the file of each must be there for etcd to start from it. */
  readonly snapshots: Position[];
  readonly findings: Finding[];
}

export function emptyWalLog(startsBehind: bigint): WalLog {
  return {
    startsBehind,
    memberId: null,
    clusterId: null,
    term: 0n,
    committed: 0n,
    forcedAt: null,
    isCutAtStart: false,
    runs: [],
    snapshots: [],
    findings: [],
  };
}

/** Takes one record in. */
export function takeRecord(log: WalLog, record: WalRecord, file: string): void {
  const flaw = flawOf(log, record, file);
  if (flaw !== undefined) log.findings.push({ kind: "damage", file, atByte: record.atByte, what: flaw });
}

/** What is wrong with a record, or undefined; what it says is taken in. */
function flawOf(log: WalLog, { type, data }: WalRecord, file: string): string | undefined {
  switch (type) {
    case METADATA:
      return takeMetadata(log, data);
    case ENTRY:
      return takeEntry(log, data, file);
    case STATE:
      return takeState(log, data);
    case SNAPSHOT:
      return takeSnapshot(log, data);
    case CHECKSUM:
      return data.length === 0 ? undefined : "a record of the checksum has data";
    default:
      return `the record has the unknown type ${type}`;
  }
}

function takeMetadata(log: WalLog, data: Buffer): string | undefined {
  const message = readMessage(data, METADATA_FIELDS);
  if (message === undefined) return "a record of the member cannot be read";
  const [memberId, clusterId] = [message.number(1), message.number(2)];
  if (log.clusterId !== null && (log.clusterId !== clusterId || log.memberId !== memberId)) {
    return `says member ${memberId.toString(16)} of cluster ${clusterId.toString(16)}; files before it say another`;
  }
  log.memberId = memberId;
  log.clusterId = clusterId;
  return undefined;
}

/** The index of an entry's record; undefined when it cannot be read. */
export function entryIndexOf({ data }: WalRecord): bigint | undefined {
  return readMessage(data, ENTRY_FIELDS)?.number(3);
}

function takeEntry(log: WalLog, data: Buffer, file: string): string | undefined {
  const message = readMessage(data, ENTRY_FIELDS);
  if (message === undefined) return "a record of an entry cannot be read";
  const [kind, term, index] = [message.number(1), message.number(2), message.number(3)];
  if (term === 0n || index === 0n || kind > HIGHEST_ENTRY_KIND)
    return `the entry of kind ${kind}, term ${term}, index ${index} is none`;
  const entry = { term, digest: digestOf(Number(kind), message.bytes(4) ?? Buffer.alloc(0)) };
  const run = log.runs.at(-1);
  const next = run === undefined ? log.startsBehind + 1n : run.firstIndex + BigInt(run.entries.length);
  // A new leader may replace entries that were not committed: the later record counts, and what came after is void.
  if (index < next && index <= log.committed)
    return `entry ${index} comes again, though ${log.committed} was committed`;
  if (run === undefined || index > next || index < run.firstIndex) {
    if (run !== undefined && index < run.firstIndex) log.runs.pop();
    log.runs.push({ firstIndex: index, entries: [entry], file });
    const followsSnapshot = log.snapshots.some((snapshot) => snapshot.index + 1n === index);
    return index <= next || followsSnapshot
      ? undefined
      : `entries ${next} to ${index - 1n} are missing before entry ${index}`;
  }
  const replaced = run.entries[Number(index - run.firstIndex)];
  // Started with --force-new-cluster, etcd drops what was not committed, and removes the other members by entries of its own, in the term that it
  // had (server/etcdserver/bootstrap.go). Nobody elected it for these.
  if (replaced?.term === term && replaced.digest !== entry.digest) log.forcedAt = index;
  run.entries.length = Number(index - run.firstIndex);
  run.file = file;
  const before = run.entries.at(-1)?.term ?? 0n;
  run.entries.push(entry);
  return term < before ? `entry ${index} has term ${term} after one of term ${before}; terms never fall` : undefined;
}

function takeState(log: WalLog, data: Buffer): string | undefined {
  const message = readMessage(data, STATE_FIELDS);
  if (message === undefined) return "a record of the state cannot be read";
  const [term, committed] = [message.number(1), message.number(3)];
  if (term === 0n) return "a state without a term";
  const lastTerm = log.runs.at(-1)?.entries.at(-1)?.term ?? 0n;
  const highestTerm = log.term > lastTerm ? log.term : lastTerm;
  if (term < highestTerm) return `the state has term ${term} after term ${highestTerm}; terms never fall`;
  if (committed < log.committed) return `the state says that ${committed} is committed after ${log.committed}`;
  log.term = term;
  log.committed = committed;
  return undefined;
}

function takeSnapshot(log: WalLog, data: Buffer): string | undefined {
  const message = readMessage(data, SNAPSHOT_FIELDS);
  if (message === undefined) return "a record of a snapshot cannot be read";
  log.snapshots.push({ index: message.number(1), term: message.number(2) });
  return undefined;
}

/** The highest index that the log has reached, by entries or by a snapshot. */
export function lastIndex({ startsBehind, runs, snapshots }: WalLog): bigint {
  const run = runs.at(-1);
  const end = run === undefined ? startsBehind : run.firstIndex + BigInt(run.entries.length) - 1n;
  return snapshots.reduce((highest, { index }) => (index > highest ? index : highest), end);
}

/** The runs as a log. */
export function runsOf({ runs }: WalLog): readonly LogRun[] {
  return runs.filter(({ entries }) => entries.length > 0);
}
