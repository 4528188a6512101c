/** The WAL folder of an etcd member as one log: its files `<sequence>-<first index>.wal` in order (etcd server/storage/wal/util.go). */
import { wholeFile, type FolderView, type ViewedFile } from "../folder-view.ts";
import type { Finding } from "../report.ts";
import { readWalFile, type ReadWalFile } from "./wal-file.ts";
import { CHECKSUM, ENTRY, METADATA } from "./wal-frame.ts";
import { emptyWalLog, entryIndexOf, lastIndex, takeRecord, type WalLog } from "./wal-log.ts";

/** etcd allocates each file with this size, and cuts it to what was written when it begins the next (wal.go, SegmentSizeBytes). */
const ALLOCATED_BYTES = 64_000_000;

const NAME = /([0-9a-f]{16})-([0-9a-f]{16})\.wal$/;

interface WalFile {
  readonly file: ViewedFile;
  readonly sequence: bigint;
  readonly firstIndex: bigint;
}

/** Reads all files of the WAL below `prefix` (such as `member/wal/`). */
export function readWal(view: FolderView, prefix: string): WalLog {
  const files = view.files.flatMap((file): readonly WalFile[] => {
    const [, sequence = "", index = ""] =
      (file.name.startsWith(prefix) && NAME.exec(file.name.slice(prefix.length))) || [];
    return sequence === "" ? [] : [{ file, sequence: BigInt(`0x${sequence}`), firstIndex: BigInt(`0x${index}`) }];
  });
  const oldest = files[0]?.firstIndex ?? 0n;
  const log = emptyWalLog(oldest === 0n ? 0n : oldest - 1n);
  let checksum: number | null = files[0]?.sequence === 0n ? 0 : null;
  for (const [at, wal] of files.entries()) {
    const before = files[at - 1];
    if (before !== undefined && wal.sequence !== before.sequence + 1n) {
      log.findings.push(
        damage(wal.file, null, `file ${before.sequence + 1n} of the WAL is missing before it; etcd does not start`),
      );
      checksum = null;
    }
    const whole = wholeFile(view, wal.file);
    if ("finding" in whole) log.findings.push(whole.finding);
    const read = "finding" in whole ? null : readWalFile(whole.bytes, checksum, at === files.length - 1);
    if (read !== null) takeFile(log, wal, read, at === files.length - 1);
    const isLastBroken = read === null || read.end.kind === "broken";
    checksum = isLastBroken ? null : read.checksum;
    if (at === files.length - 1) log.findings.push(...flawsOfSize(view, wal.file));
  }
  if (log.committed > lastIndex(log)) {
    const what = `the state says that ${log.committed} is committed; the last entry is ${lastIndex(log)}`;
    log.findings.push({ kind: "damage", file: null, atByte: null, what });
  }
  return log;
}

function takeFile(
  log: WalLog,
  { file, firstIndex }: WalFile,
  { records, unnoticed, end }: ReadWalFile,
  isLast: boolean,
): void {
  const reached = lastIndex(log);
  if (firstIndex > reached + 1n) {
    log.findings.push(
      damage(
        file,
        null,
        `its name says that the log had reached ${firstIndex - 1n}; what is there before it ends with ${reached}`,
      ),
    );
  }
  if (records[0]?.type !== CHECKSUM || records[1]?.type !== METADATA) {
    log.findings.push(damage(file, 0, "does not begin with the checksum so far and the member, as each file does"));
  }
  for (const record of records) takeRecord(log, record, file.name);
  for (const { atByte, because } of unnoticed) {
    const what = `in the record that begins here ${because}; etcd does not look at that, and reads on`;
    log.findings.push(damage(file, atByte, what));
  }
  if (end.kind === "clean") return;
  log.findings.push(endFinding(file, end, isLast));
  log.isCutAtStart = end.atStart !== "refused";
  // What follows a damage is read all the same: it says how far the log went.
  for (const record of end.behind) takeRecord(log, record, file.name);
}

function endFinding(file: ViewedFile, end: BrokenEnd, isLast: boolean): Finding {
  const where = `the record that begins here is not whole (${end.because})`;
  const isCutShort = end.because.startsWith("the file ends");
  if (isLast && end.behind.length === 0 && (end.isTorn || isCutShort)) {
    const what = `${where}: a write that a crash cut off (then nobody was promised it), or damage at the end. ${fateOf(end)}`;
    return { kind: "cannot-tell", file: file.name, atByte: end.atByte, what };
  }
  const follows = end.behind.length === 0 ? "" : `, and ${end.behind.length} whole records follow`;
  if (isLast && end.isTorn && end.because.startsWith("zeros")) {
    const what = `${where}${follows}: a hole that a crash of the machine left, or damage. ${fateOf(end)}`;
    return { kind: "cannot-tell", file: file.name, atByte: end.atByte, what };
  }
  return damage(file, end.atByte, `${where}${follows}. ${fateOf(end)}`);
}

type BrokenEnd = Extract<ReadWalFile["end"], { readonly kind: "broken" }>;

/** What etcd's start would make of it. */
function fateOf({ atStart, behind }: BrokenEnd): string {
  const last = behind.findLast(({ type }) => type === ENTRY);
  const loses = last === undefined ? "" : `, and drops all up to entry ${entryIndexOf(last)} with it, without an error`;
  switch (atStart) {
    case "cut-off":
      return `etcd takes it for an unfinished write, cuts the file off here at its start${loses}`;
    case "end":
      return `etcd takes it for the end, writes zeros over all that follows at its start${loses}`;
    case "runs-out":
      return `etcd 3.7 does not start; 3.5 and 3.6 cut the file off here${loses}`;
    case "refused":
      return "etcd does not start";
  }
}

function flawsOfSize(view: FolderView, file: ViewedFile): readonly Finding[] {
  if (file.sizeBytes >= ALLOCATED_BYTES) return [];
  const isRepaired = view.files.some(({ name }) => name === `${file.name}.broken`);
  if (isRepaired) {
    return [
      {
        kind: "note",
        file: file.name,
        atByte: null,
        what: "etcd itself has cut off a broken end here; what it was is in the file .broken",
      },
    ];
  }
  const what = `is ${file.sizeBytes} bytes long; etcd allocates ${ALLOCATED_BYTES}: cut short, or cut off by etcd at an earlier start`;
  return [{ kind: "cannot-tell", file: file.name, atByte: file.sizeBytes, what }];
}

function damage(file: ViewedFile, atByte: number | null, what: string): Finding {
  return { kind: "damage", file: file.name, atByte, what };
}
