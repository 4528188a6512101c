/**
 * All segments of a dqlite folder as one log: the closed ones by the indexes in their names, then the open ones, whose entries go on where
 * those end. An open segment does not say its first index (canonical/raft#373), so that a last closed one which is missing cannot be seen.
 */
import { wholeFile, type FolderView } from "../folder-view.ts";
import type { Finding, Position } from "../report.ts";
import { joined, type LogRun, type StoredLog } from "../stored-log.ts";
import type { BatchEntry } from "./batch.ts";
import type { ClosedSegment, DqliteFiles, OpenSegment } from "./names.ts";
import { readSegment, type ReadSegment, type SegmentEnd } from "./segment.ts";

/** Open segments are allocated with this size (UV__MAX_SEGMENT_SIZE); larger when one entry is. */
const OPEN_SEGMENT_BYTES = 8 * 1024 * 1024;

/** An entry with its place and file. */
export interface PlacedEntry extends BatchEntry {
  readonly index: bigint;
  readonly file: string;
}

export interface ReadSegments {
  readonly log: StoredLog;
  /** The same entries, in order, with their data. */
  readonly entries: readonly PlacedEntry[];
  readonly findings: readonly Finding[];
}

/**
 * Reads all segments.
 * @param snapshot the newest that can be loaded: without closed segments the open ones go on behind it (canonical/raft src/uv.c)
 */
export function readSegments(view: FolderView, files: DqliteFiles, snapshot: Position | null): ReadSegments {
  const findings: Finding[] = [];
  const entries: PlacedEntry[] = [];
  const place = (segment: ReadSegment, file: string, firstIndex: bigint): void => {
    for (const [offset, entry] of segment.entries.entries())
      entries.push({ ...entry, file, index: firstIndex + BigInt(offset) });
  };
  const read = (segment: ClosedSegment | OpenSegment): ReadSegment | undefined => {
    const whole = wholeFile(view, segment.file);
    if ("bytes" in whole) return readSegment(whole.bytes);
    findings.push(whole.finding);
    return undefined;
  };
  let before: ClosedSegment | undefined;
  for (const closed of files.closed) {
    findings.push(...flawsOfName(closed, before));
    const segment = read(closed);
    if (segment !== undefined) findings.push(...flawsOfClosed(closed, segment, closed === files.closed.at(-1)));
    if (segment !== undefined && (before === undefined || before.endIndex < closed.firstIndex))
      place(segment, closed.file.name, closed.firstIndex);
    before = closed;
  }
  let next: bigint | null = (before?.endIndex ?? snapshot?.index ?? 0n) + 1n;
  for (const open of files.open) {
    const segment = read(open);
    if (segment === undefined) next = null;
    else {
      findings.push(...flawsOfOpen(open, segment, next));
      if (next !== null) place(segment, open.file.name, next);
      if (segment.end.kind !== "clean") next = null;
      else if (next !== null) next += BigInt(segment.entries.length);
    }
  }
  return { log: joined(entries.map(asRun)), entries, findings };
}

function asRun({ index, term, digest }: PlacedEntry): LogRun {
  return { firstIndex: index, entries: [{ term, digest }] };
}

function flawsOfName(
  { file, firstIndex, endIndex }: ClosedSegment,
  before: ClosedSegment | undefined,
): readonly Finding[] {
  if (firstIndex > endIndex) return [finding("damage", file.name, null, "its name says that it ends before it begins")];
  if (before === undefined || firstIndex > before.endIndex) return [];
  return [
    finding(
      "damage",
      file.name,
      null,
      `overlaps ${before.file.name}: dqlite never leaves both; its entries are not counted`,
    ),
  ];
}

function flawsOfClosed(
  { file, firstIndex, endIndex }: ClosedSegment,
  segment: ReadSegment,
  isLast: boolean,
): readonly Finding[] {
  const { entries, end } = segment;
  const flaw = (what: string): readonly Finding[] => [
    finding("damage", file.name, placeOf(end), `${what}; ${consequence(isLast)}`),
  ];
  if (end.kind !== "clean") return flaw(because(end));
  if (end.isPadded) return flaw("ends with zeros, which a closed segment never does");
  const expected = endIndex - firstIndex + 1n;
  if (BigInt(entries.length) === expected) return [];
  return flaw(`holds ${entries.length} entries; its name says ${expected}`);
}

/** What dqlite does at its start (canonical/raft src/uv_segment.c, uvRecoverFromCorruptSegment; seen so in dqlite.live.test.ts). */
function consequence(isLast: boolean): string {
  if (!isLast) return "dqlite does not start";
  return "dqlite does not start, or (auto-recovery, its default) sets this and every open segment aside, and starts without what is in them";
}

function flawsOfOpen({ file }: OpenSegment, { entries, end }: ReadSegment, next: bigint | null): readonly Finding[] {
  const findings: Finding[] = [];
  if (entries.length > 0 && next === null) {
    const what = `${entries.length} entries follow an open segment that is broken: their indexes cannot be told, and dqlite would give them wrong ones`;
    findings.push(finding("damage", file.name, null, what));
  }
  if (file.sizeBytes < OPEN_SEGMENT_BYTES) {
    const what = `is ${file.sizeBytes} bytes long; dqlite allocates ${OPEN_SEGMENT_BYTES}: cut short, or a crash while it was made`;
    findings.push(finding("cannot-tell", file.name, file.sizeBytes, what));
  }
  if (end.kind === "clean" && end.hasFormat && entries.length === 0) {
    findings.push(finding("note", file.name, 0, "has a format and no entry; dqlite removes it"));
  }
  if (end.kind === "unknown-format")
    findings.push(finding("damage", file.name, 0, `${because(end)}; ${consequence(true)}`));
  if (end.kind === "broken" && end.entriesBehind.length > 0) {
    const what = `${because(end)}, and ${end.entriesBehind.length} whole entries follow: damage. dqlite may cut the log off here without a word, and lose them`;
    findings.push(finding("damage", file.name, end.atByte, what));
  } else if (end.kind === "broken") {
    const what = `${because(end)}: a write that a crash cut off (then nobody was promised it), or damage of the last batch. dqlite drops it without a word`;
    findings.push(finding("cannot-tell", file.name, end.atByte, what));
  }
  return findings;
}

function because(end: Exclude<SegmentEnd, { readonly kind: "clean" }>): string {
  if (end.kind === "broken") return `the batch that begins here is not whole (${end.because})`;
  return end.format === 2n
    ? "has format 2, of which there were two drafts that differ"
    : `has the unknown format ${end.format}`;
}

function placeOf(end: SegmentEnd): number | null {
  return end.kind === "broken" ? end.atByte : null;
}

function finding(kind: Finding["kind"], file: string, atByte: number | null, what: string): Finding {
  return { kind, file, atByte, what };
}
