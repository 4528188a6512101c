import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allocated,
  closedName,
  closedSegment,
  databases,
  entries,
  membersOf,
  metadata,
  openSegment,
  SERVERS,
  snapshot,
  type WrittenEntry,
} from "../../../fixtures/inspect/dqlite-folder.ts";
import { cut, flipped, folderOf, without, type Files } from "../../../fixtures/inspect/folder.ts";
import type { Finding, StoreReport } from "../report.ts";
import { readDqlite } from "./read.ts";

/** Entries 1 to 10 in term 1, 11 to 30 in term 2; a snapshot at 20. */
const CLOSED: Files = {
  [closedName(1, 10)]: closedSegment(entries(1, 4), entries(1, 6, 5)),
  [closedName(11, 20)]: closedSegment(entries(2, 10, 11)),
  [closedName(21, 30)]: closedSegment(entries(2, 10, 21)),
};
const WHOLE: Files = {
  ...metadata(6, 2),
  ...metadata(7, 3),
  ...CLOSED,
  "open-1": openSegment(entries(2, 3, 31), entries(3, 2, 34)),
  "open-2": openSegment(),
  ...snapshot(2, 20),
  "info.yaml": Buffer.from("Address: 10.0.0.2:19001\nID: 2\nRole: 0\n"),
  "cluster.crt": Buffer.from("not ours"),
};

function read(files: Files): StoreReport {
  return readDqlite(folderOf(files));
}

function kinds({ findings }: StoreReport): readonly Finding["kind"][] {
  return findings.map(({ kind }) => kind);
}

describe("a folder that is whole", () => {
  test("says what is in it", () => {
    const report = read(WHOLE);
    expect(report).toMatchObject({
      identity: { clusterId: null, memberId: 2n, address: "10.0.0.2:19001" },
      servers: SERVERS.map(({ id, address }) => ({ id: BigInt(id), address })),
      currentTerm: 3n,
      last: { term: 3n, index: 35n },
      lastIn: "open-1",
      beyond: null,
      committedAtLeast: 20n,
      reconfiguredAt: null,
      snapshots: [{ position: { term: 2n, index: 20n } }],
      findings: [],
    });
    expect(report.log).toHaveLength(1);
    expect(report.log[0]).toMatchObject({ firstIndex: 1n, entries: { length: 35 } });
  });

  test("the members are those of the last entry that changes them", () => {
    const change: WrittenEntry = { term: 3, kind: 3, data: membersOf([{ id: 9, address: "a:1" }]) };
    expect(read({ ...WHOLE, "open-1": openSegment([change]) }).servers).toEqual([{ id: 9n, address: "a:1" }]);
  });

  test.each<readonly [string, Files, Partial<StoreReport>]>([
    [
      "no snapshot yet",
      { ...metadata(1, 1), [closedName(1, 1)]: closedSegment(entries(1, 1)) },
      { last: { term: 1n, index: 1n }, committedAtLeast: null },
    ],
    [
      "a snapshot and nothing else",
      { ...metadata(1, 4), ...snapshot(4, 99) },
      { last: { term: 4n, index: 99n }, lastIn: "snapshot-4-99-1000" },
    ],
    [
      "open segments go on behind the snapshot",
      { ...metadata(1, 4), ...snapshot(4, 99), "open-7": openSegment(entries(4, 2)) },
      { last: { term: 4n, index: 101n } },
    ],
    [
      "older segments are behind the snapshot",
      { ...metadata(1, 4), ...snapshot(4, 99), [closedName(90, 95)]: closedSegment(entries(3, 6)) },
      { last: { term: 4n, index: 99n } },
    ],
    ["nothing was ever written", metadata(1, 0), { last: null, log: [] }],
    [
      "a snapshot that is not compressed",
      { ...metadata(1, 4), ...snapshot(4, 99, databases()) },
      { last: { term: 4n, index: 99n } },
    ],
  ])("%s", (_, files, expected) => {
    expect(read(files)).toMatchObject({ ...expected, findings: [] });
  });
});

describe("what is wrong", () => {
  const damagedClosed = flipped(WHOLE, closedName(21, 30), 60, 1);
  test.each<readonly [string, Files, Finding["kind"], string, Partial<StoreReport>]>([
    [
      "a byte in a closed segment",
      damagedClosed,
      "damage",
      "the batch that begins here is not whole",
      { last: { term: 2n, index: 20n }, beyond: { term: 3n, index: 35n } },
    ],
    [
      "a closed segment that is cut off",
      cut(WHOLE, closedName(11, 20), 100),
      "damage",
      "the file ends within",
      { last: { term: 3n, index: 35n } },
    ],
    ["a closed segment is missing", without(WHOLE, closedName(21, 30)), "damage", "the last entry", {}],
    [
      "a closed segment before the snapshot is missing",
      without(WHOLE, closedName(11, 20)),
      "cannot-tell",
      "entries 11 to 20 are missing",
      { last: { term: 3n, index: 35n } },
    ],
    ["a closed segment is empty", { ...WHOLE, [closedName(21, 30)]: Buffer.alloc(0) }, "damage", "ends with zeros", {}],
    [
      "a closed segment holds fewer entries than its name says",
      { ...WHOLE, [closedName(21, 30)]: closedSegment(entries(2, 9)) },
      "damage",
      "holds 9 entries; its name says 10",
      {},
    ],
    [
      "closed segments overlap",
      { ...WHOLE, [closedName(25, 30)]: closedSegment(entries(2, 6)) },
      "damage",
      "overlaps",
      { last: { term: 3n, index: 35n } },
    ],
    [
      "the last batch of an open segment",
      flipped(WHOLE, "open-1", 8 + 24 + 48 + 48 + 20, 1),
      "cannot-tell",
      "a write that a crash cut off",
      { last: { term: 2n, index: 33n } },
    ],
    [
      "a batch of an open segment with whole ones behind",
      flipped(WHOLE, "open-1", 40, 1),
      "damage",
      "2 whole entries follow",
      { last: { term: 2n, index: 30n } },
    ],
    [
      "an open segment that is cut off",
      cut(WHOLE, "open-1", 4096),
      "cannot-tell",
      "is 4096 bytes long",
      { last: { term: 3n, index: 35n } },
    ],
    [
      "entries in an open segment behind a broken one",
      { ...flipped(WHOLE, "open-1", 40, 1), "open-2": openSegment(entries(3, 1)) },
      "damage",
      "their indexes cannot be told",
      {},
    ],
    ["the format of a segment", flipped(WHOLE, closedName(21, 30), 0, 6), "damage", "has the unknown format 7", {}],
    ["the draft of a format", flipped(WHOLE, "open-1", 0, 3), "damage", "has format 2", {}],
    [
      "an entry of an unknown kind",
      { ...WHOLE, [closedName(21, 30)]: closedSegment([{ term: 2, kind: 4 as 3 }]) },
      "damage",
      "unknown kind 4",
      {},
    ],
    [
      "a byte in a compressed snapshot",
      flipped(WHOLE, "snapshot-2-20-1000", 500, 1),
      "damage",
      "the checksum of its content",
      { last: { term: 3n, index: 35n } },
    ],
    ["a snapshot that is cut off", cut(WHOLE, "snapshot-2-20-1000", 500), "damage", "cannot be unpacked", {}],
    [
      "a snapshot without compression that is cut off",
      { ...WHOLE, ...snapshot(2, 20, databases().subarray(0, 4000)) },
      "damage",
      "ends within database 1 of 1",
      {},
    ],
    [
      "a byte in a snapshot's .meta",
      flipped(WHOLE, "snapshot-2-20-1000.meta", 50, 1),
      "damage",
      "its checksum does not fit",
      {},
    ],
    [
      "a snapshot without .meta",
      without(WHOLE, "snapshot-2-20-1000.meta"),
      "note",
      "lacks snapshot-2-20-1000.meta",
      { last: { term: 3n, index: 35n } },
    ],
    ["an empty snapshot", { ...WHOLE, "snapshot-2-20-1000": Buffer.alloc(0) }, "note", "with its data", {}],
    [
      "no metadata",
      without(without(WHOLE, "metadata1"), "metadata2"),
      "cannot-tell",
      "metadata1 and metadata2 are missing",
      { currentTerm: null },
    ],
    ["metadata that is cut off", cut(WHOLE, "metadata1", 31), "cannot-tell", "has 31 bytes of 32", { currentTerm: 2n }],
    [
      "metadata of another time",
      { ...WHOLE, ...metadata(12, 9) },
      "cannot-tell",
      "do not follow each other",
      { currentTerm: 9n },
    ],
    [
      "metadata in the other's file",
      { ...WHOLE, metadata1: WHOLE["metadata2"] ?? Buffer.alloc(0) },
      "damage",
      "belongs into the other file",
      {},
    ],
    [
      "metadata with a lower term than the log",
      { ...WHOLE, ...metadata(7, 2) },
      "cannot-tell",
      "of another store or time",
      {},
    ],
    ["terms that fall", { ...WHOLE, "open-1": openSegment(entries(1, 1)) }, "damage", "terms never fall", {}],
    [
      "a segment that dqlite set aside",
      { ...WHOLE, "corrupt-17-open-1": Buffer.alloc(9) },
      "cannot-tell",
      "set it aside",
      {},
    ],
  ])("%s", (_, files, kind, what, expected) => {
    const report = read(files);
    if (what === "the last entry") {
      // An open segment does not say its first index: this is seen in a comparison with another folder only.
      expect(report.last).toEqual({ term: 3n, index: 25n });
      return;
    }
    expect(report.findings.filter((one) => one.kind === kind).map((one) => one.what)).toContainEqual(
      expect.stringContaining(what),
    );
    expect(report).toMatchObject(expected);
  });

  test("a log that does not reach back to its snapshot", () => {
    const report = read({ ...without(WHOLE, closedName(21, 30)), [closedName(25, 30)]: closedSegment(entries(2, 6)) });
    expect(report).toMatchObject({ last: { term: 2n, index: 20n }, beyond: { term: 3n, index: 35n } });
    expect(kinds(report)).toContain("damage");
  });

  test("a log that begins later than anything that is left", () => {
    const report = read(without(without(WHOLE, "snapshot-2-20-1000"), closedName(1, 10)));
    expect(report).toMatchObject({ last: null, beyond: { term: 3n, index: 35n } });
  });

  test("members given by hand leave their mark, which is no damage", () => {
    const mark = closedSegment([{ term: 1, kind: 3, data: membersOf(SERVERS.slice(0, 1)) }]);
    const report = read({ ...without(without(WHOLE, "open-1"), "open-2"), [closedName(31, 31)]: mark });
    expect(report).toMatchObject({ reconfiguredAt: 31n, last: { term: 1n, index: 31n }, servers: { length: 1 } });
    expect(kinds(report)).toEqual(["note"]);
  });
});

describe("any byte, any length", () => {
  // Open segments are small here, so that there are few zeros to choose; that this is a finding is taken out.
  const small: Files = {
    ...WHOLE,
    "open-1": allocated(closedSegment(entries(2, 3, 31), entries(3, 2, 34)), 1024),
    "open-2": Buffer.alloc(512),
  };
  const usual = read(small);
  const news = (files: Files): boolean => JSON.stringify(read(files).findings) !== JSON.stringify(usual.findings);
  const names = Object.keys(small).filter((name) => !/^(info|cluster)/.test(name));
  const place = fc
    .constantFrom(...names)
    .chain((name) => fc.record({ name: fc.constant(name), at: fc.nat((small[name]?.length ?? 1) - 1) }));

  test("a flipped byte is found, or lies where the report says that nothing is checked", () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 255 }), ({ name, at }, mask) => {
        const isUnchecked = usual.unchecked.some(
          ({ file, fromByte, toByte }) => file === name && fromByte <= at && at < toByte,
        );
        expect(isUnchecked || news(flipped(small, name, at, mask)), `${name} byte ${at}`).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("a file that is cut off is found", () => {
    fc.assert(
      fc.property(place, ({ name, at }) => {
        expect(news(cut(small, name, at)), `${name} to ${at} bytes`).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("whatever stands in a file, reading ends and gives a report", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 300 }), (name, bytes) => {
        expect(read({ ...small, [name]: Buffer.from(bytes) }).store).toBe("dqlite");
      }),
      { numRuns: 500 },
    );
  });
});
