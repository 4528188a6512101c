import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAGE_BYTES } from "../../../fixtures/inspect/bolt-file.ts";
import {
  etcdFolder,
  walEntries,
  type WrittenMember,
  type WrittenRecord,
} from "../../../fixtures/inspect/etcd-folder.ts";
import { cut, flipped, folderOf, without, type Files } from "../../../fixtures/inspect/folder.ts";
import type { Finding, StoreReport } from "../report.ts";
import { readEtcd } from "./read.ts";

const FIRST = "member/wal/0000000000000000-0000000000000000.wal";
const SECOND = "member/wal/0000000000000001-000000000000000b.wal";
const SNAP = "member/snap/0000000000000002-0000000000000008.snap";
const DB = "member/snap/db";

/** Entries 1 to 5 in term 1, 6 to 16 in term 2, of which 15 are committed; a snapshot at 8. */
const MEMBER: WrittenMember = {
  wal: [
    [
      ...walEntries(1, 1, 5),
      { kind: "state", term: 1, committed: 5 },
      ...walEntries(2, 6, 8),
      { kind: "state", term: 2, committed: 8 },
      { kind: "snapshot", term: 2, index: 8 },
      ...walEntries(2, 9, 10),
      { kind: "state", term: 2, committed: 10 },
    ],
    [{ kind: "state", term: 2, committed: 10 }, ...walEntries(2, 11, 16), { kind: "state", term: 3, committed: 15 }],
  ],
  snaps: [[2, 8]],
  applied: 15,
  revision: 100,
};

// 64 MB of zeros in each file are made once.
const WHOLE = etcdFolder(MEMBER);
/** The same with few zeros; that this is a finding is taken out where it is used. */
const small = (member: Partial<WrittenMember> = {}): Files =>
  etcdFolder({ ...MEMBER, allocatedBytes: 4096, ...member });

function read(files: Files): StoreReport {
  return readEtcd(folderOf(files));
}

/** Without what the small size brings. */
function findings(files: Files): readonly Finding[] {
  return read(files).findings.filter(({ what }) => !what.includes("etcd allocates"));
}

describe("a folder that is whole", () => {
  test("says what is in it", () => {
    expect(read(WHOLE)).toMatchObject({
      identity: { clusterId: 0xef37ad9dc622a7c4n, memberId: 0x8211f1d0f64f3269n },
      currentTerm: 3n,
      last: { term: 2n, index: 16n },
      lastIn: SECOND,
      beyond: null,
      committedAtLeast: 15n,
      snapshots: [{ file: SNAP, position: { term: 2n, index: 8n } }],
      backend: { appliedIndex: 15n, appliedTerm: 2n, revision: 100n, storageVersion: null },
      findings: [],
    });
  });

  test("the folder member alone is the same", () => {
    const inside = Object.fromEntries(
      Object.entries(WHOLE).map(([name, bytes]) => [name.slice("member/".length), bytes]),
    );
    expect(read(inside)).toMatchObject({ last: { index: 16n }, findings: [] });
  });

  const [one = [], two = []] = MEMBER.wal;
  test.each<readonly [string, Partial<WrittenMember>, Partial<StoreReport>]>([
    [
      "a new leader replaces what was not committed",
      { wal: [one, [...two, { kind: "entry", term: 4, index: 16 }, { kind: "state", term: 4, committed: 16 }]] },
      { last: { term: 4n, index: 16n } },
    ],
    [
      "a new leader replaces more than it writes",
      {
        wal: [
          one,
          [
            { kind: "state", term: 2, committed: 10 },
            ...walEntries(2, 11, 16),
            { kind: "entry", term: 5, index: 12 },
            { kind: "state", term: 5, committed: 11 },
          ],
        ],
        applied: 11,
      },
      { last: { term: 5n, index: 12n } },
    ],
    [
      "a leader sent a snapshot beyond the log",
      {
        wal: [
          one,
          [
            ...two,
            { kind: "snapshot", term: 4, index: 90 },
            { kind: "state", term: 4, committed: 90 },
            ...walEntries(4, 91, 92),
          ],
        ],
        snaps: [
          [2, 8],
          [4, 90],
        ],
        applied: 90,
      },
      { last: { term: 4n, index: 92n } },
    ],
    [
      "a leader sent a snapshot, and nothing yet behind it",
      {
        wal: [one, [...two, { kind: "snapshot", term: 4, index: 90 }, { kind: "state", term: 4, committed: 90 }]],
        snaps: [[4, 90]],
        applied: 90,
      },
      { last: { term: 4n, index: 90n } },
    ],
    ["no entry yet", { wal: [[]], snaps: [], applied: 0 }, { last: null }],
  ])("%s", (_, member, expected) => {
    const files = small(member);
    expect(findings(files)).toEqual([]);
    expect(read(files)).toMatchObject(expected);
  });

  test("old files of the WAL that a snapshot made superfluous are gone", () => {
    const files = without(
      small({
        snaps: [[2, 8]],
        wal: [MEMBER.wal[0] ?? [], [...(MEMBER.wal[1] ?? []), { kind: "snapshot", term: 2, index: 12 }]],
      }),
      FIRST,
    );
    const sent = {
      ...files,
      "member/snap/0000000000000002-000000000000000c.snap":
        small({ snaps: [[2, 12]] })["member/snap/0000000000000002-000000000000000c.snap"] ?? Buffer.alloc(0),
    };
    expect(findings(sent)).toEqual([]);
    expect(read(sent)).toMatchObject({ last: { term: 2n, index: 16n }, snapshots: [{ position: { index: 12n } }] });
  });
});

describe("what is wrong", () => {
  const files = small();
  const written = lastWrittenByte(files[SECOND] ?? Buffer.alloc(0));
  const after = (...records: readonly WrittenRecord[]): Files =>
    small({ wal: [MEMBER.wal[0] ?? [], [...(MEMBER.wal[1] ?? []), ...records]] });
  test.each<readonly [string, Files, Finding["kind"], string, Partial<StoreReport>]>([
    ["a byte of an entry, with others behind", flipped(files, FIRST, 180, 1), "damage", "whole records follow", {}],
    [
      "the length of a record, with others behind",
      flipped(files, SECOND, 149, 1),
      "damage",
      "cuts the file off here at its start, and drops all up to entry 16 with it",
      { last: { term: 2n, index: 12n }, beyond: { term: 2n, index: 16n } },
    ],
    [
      "the mark at a record's length",
      flipped(files, SECOND, 215, 0x10),
      "damage",
      "does not look at that, and reads on",
      { last: { term: 2n, index: 16n }, beyond: null },
    ],
    [
      "a byte of the last record",
      flipped(files, SECOND, written - 3, 1),
      "damage",
      "the record that begins here is not whole",
      { last: { term: 2n, index: 16n } },
    ],
    ["a file of the WAL that is cut off", cut(files, SECOND, 100), "cannot-tell", "a write that a crash cut off", {}],
    [
      "an older file of the WAL that is cut off",
      cut(files, FIRST, 300),
      "damage",
      "the file ends within",
      { beyond: { term: 2n, index: 16n } },
    ],
    [
      "an older file of the WAL is missing",
      without(small({ wal: [...MEMBER.wal, []] }), SECOND),
      "damage",
      "file 1 of the WAL is missing",
      {},
    ],
    [
      "the first file of the WAL is missing, and no snapshot covers it",
      without(without(files, FIRST), SNAP),
      "damage",
      "are missing",
      { last: null, beyond: { term: 2n, index: 16n } },
    ],
    ["no WAL at all", without(without(files, FIRST), SECOND), "damage", "--wal-dir", { last: null }],
    [
      "a hole in the WAL",
      small({
        wal: [[...walEntries(1, 1, 3), ...walEntries(1, 6, 9), { kind: "state", term: 1, committed: 3 }]],
        snaps: [],
        applied: 3,
      }),
      "damage",
      "entries 4 to 5 are missing",
      { last: { term: 1n, index: 3n }, beyond: { term: 1n, index: 9n } },
    ],
    [
      "something behind the end of the WAL",
      flipped(files, SECOND, 4000, 1),
      "cannot-tell",
      "a write that a crash cut off",
      { last: { term: 2n, index: 16n } },
    ],
    [
      "a snapshot's file",
      flipped(files, SNAP, 20, 1),
      "damage",
      "its checksum does not fit",
      { last: { term: 2n, index: 16n }, snapshots: [] },
    ],
    ["an empty snapshot's file", { ...files, [SNAP]: Buffer.alloc(0) }, "damage", "is empty", {}],
    ["no database", without(files, DB), "damage", "is missing", { backend: null }],
    ["a database that is cut off", cut(files, DB, 3 * PAGE_BYTES), "damage", "cut short", {}],
    [
      "one meta page of the database",
      flipped(files, DB, PAGE_BYTES + 20, 1),
      "cannot-tell",
      "meta page 1",
      { backend: { appliedIndex: 15n, appliedTerm: 2n, revision: 100n, storageVersion: null } },
    ],
    [
      "both meta pages of the database",
      flipped(flipped(files, DB, 20, 1), DB, PAGE_BYTES + 20, 1),
      "damage",
      "etcd does not start",
      { backend: null },
    ],
    ["a database that is ahead of the WAL", small({ applied: 17 }), "damage", "the WAL ends with 16", {}],
    ["a database that is behind the snapshot", small({ applied: 7 }), "damage", "older than the WAL needs", {}],
    [
      "an entry that was committed comes again",
      after({ kind: "entry", term: 4, index: 15 }),
      "damage",
      "comes again, though 15 was committed",
      {},
    ],
    ["terms that fall", after({ kind: "state", term: 2, committed: 15 }), "damage", "terms never fall", {}],
    ["a commit that falls", after({ kind: "state", term: 3, committed: 14 }), "damage", "is committed after 15", {}],
    ["a commit behind the end", after({ kind: "state", term: 3, committed: 99 }), "damage", "the last entry is 16", {}],
    [
      "what etcd set aside",
      { ...files, "member/snap/0000000000000001-0000000000000004.snap.broken": Buffer.alloc(1) },
      "note",
      "set it aside",
      {},
    ],
  ])("%s", (_, changed, kind, what, expected) => {
    expect(
      findings(changed)
        .filter((one) => one.kind === kind)
        .map((one) => one.what),
    ).toContainEqual(expect.stringContaining(what));
    expect(read(changed)).toMatchObject(expected);
  });

  test("where etcd starts from less, nothing says that it does not start", () => {
    const said = findings(flipped(files, SECOND, 149, 1)).map(({ what }) => what);
    expect(said.filter((what) => what.includes("does not start"))).toEqual([]);
  });

  test("a WAL that etcd itself repaired is said to be so", () => {
    const repaired = { ...files, [`${SECOND}.broken`]: Buffer.alloc(1) };
    expect(read(repaired).findings).toMatchObject([{ kind: "note", file: SECOND }]);
  });
});

describe("any byte, any length", () => {
  const files = small();
  const usual = JSON.stringify(read(files).findings);
  const news = (changed: Files): boolean => JSON.stringify(read(changed).findings) !== usual;
  const place = fc
    .constantFrom(...Object.keys(files))
    .chain((name) => fc.record({ name: fc.constant(name), at: fc.nat((files[name]?.length ?? 1) - 1) }));

  test("a flipped byte is found, or lies where the report says that nothing is checked", () => {
    const { unchecked } = read(files);
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 255 }), ({ name, at }, mask) => {
        const isUnchecked = unchecked.some(
          ({ file, fromByte, toByte }) => file === name && fromByte <= at && at < toByte,
        );
        expect(isUnchecked || news(flipped(files, name, at, mask)), `${name} byte ${at} xor ${mask}`).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  // The types of records have no checksum of their own.
  test("another type of any record is found", () => {
    const wal = files[SECOND] ?? Buffer.alloc(0);
    const types = [...wal.keys()].filter(
      (at) => at % 8 === 1 && wal[at - 1] === 8 && (wal[at] ?? 0) <= 5 && (wal[at] ?? 0) > 0,
    );
    expect(types.length).toBeGreaterThan(8);
    for (const at of types) {
      for (let mask = 1; mask < 8; mask++)
        expect(news(flipped(files, SECOND, at, mask)), `byte ${at} xor ${mask}`).toBe(true);
    }
  });

  test("a file that is cut off is found", () => {
    fc.assert(
      fc.property(place, ({ name, at }) => {
        expect(news(cut(files, name, at)), `${name} to ${at} bytes`).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("whatever stands in a file, reading ends and gives a report", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(files)), fc.uint8Array({ maxLength: 300 }), (name, bytes) => {
        expect(read({ ...files, [name]: Buffer.from(bytes) }).store).toBe("etcd");
      }),
      { numRuns: 300 },
    );
  });

  test("a byte within the database's pages never keeps the reader from ending", () => {
    fc.assert(
      fc.property(fc.nat((files[DB]?.length ?? 1) - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        expect(read(flipped(files, DB, at, mask)).last).toEqual({ term: 2n, index: 16n });
      }),
      { numRuns: 500 },
    );
  });
});

function lastWrittenByte(file: Buffer): number {
  let at = file.length;
  while (at > 0 && file[at - 1] === 0) at--;
  return at;
}
