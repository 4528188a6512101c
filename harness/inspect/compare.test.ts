import { describe, expect, test } from "vitest";
import {
  closedName,
  closedSegment,
  entries,
  membersOf,
  metadata,
  openSegment,
  SERVERS,
  snapshot,
  type WrittenEntry,
} from "../../fixtures/inspect/dqlite-folder.ts";
import { etcdFolder, walEntries, type WrittenMember } from "../../fixtures/inspect/etcd-folder.ts";
import { flipped, folderOf, without, type Files } from "../../fixtures/inspect/folder.ts";
import { compareStores, type Comparison } from "./compare.ts";
import { inspectStore, storesIn } from "./inspect-store.ts";
import type { StoreReport } from "./report.ts";

/** The folders under the names a, b, c. */
function compare(...folders: readonly Files[]): Comparison {
  return compareStores(folders.map((files, at) => report(files, "abc"[at] ?? "more")));
}

function report(files: Files, path: string): StoreReport {
  const [store = "etcd"] = storesIn(Object.keys(files));
  return inspectStore(folderOf(files, path), store);
}

/** Entries 1 to 10 of term 1 in a closed segment, and what else there is in another. */
function log(id: number, term: number, rest: readonly WrittenEntry[], version = 7): Files {
  return {
    ...metadata(version, term),
    ...metadata(version + 1, term),
    [closedName(1, 10)]: closedSegment(entries(1, 10)),
    ...(rest.length === 0 ? {} : { [closedName(11, 10 + rest.length)]: closedSegment(rest) }),
    "info.yaml": Buffer.from(`Address: ${SERVERS[id - 1]?.address}\nID: ${id}\nRole: 0\n`),
  };
}

const members = (term: number): WrittenEntry => ({ term, kind: 3, data: membersOf(SERVERS) });

describe("dqlite", () => {
  test("the longer log of the same term is the freshest; the other is its beginning", () => {
    const { freshest, candidates, reasons } = compare(
      log(1, 2, entries(2, 5, 11)),
      log(2, 2, entries(2, 8, 11)),
      log(3, 2, []),
    );
    expect(freshest).toEqual(["b"]);
    expect(reasons).toEqual([]);
    expect(candidates[0]).toMatchObject({
      loss: { atMost: 3n, atLeast: 3n, fromIndex: 16n, toIndex: 18n },
      droppedByFreshest: { atMost: 0n },
    });
    expect(candidates[1]).toMatchObject({ loss: null, droppedByFreshest: null });
    expect(candidates[2]).toMatchObject({ loss: { atMost: 8n, fromIndex: 11n, toIndex: 18n } });
  });

  test("a longer log with a lower term loses, and what only it has is said", () => {
    const { freshest, candidates } = compare(log(1, 2, entries(2, 500, 11)), log(2, 3, entries(3, 4, 11)));
    expect(freshest).toEqual(["b"]);
    expect(candidates[0]).toMatchObject({
      loss: { atMost: 4n, atLeast: 0n, fromIndex: 11n, toIndex: 14n },
      droppedByFreshest: { atMost: 500n, fromIndex: 11n, toIndex: 510n },
    });
  });

  test("two that hold the same are both the freshest", () => {
    const { freshest, candidates } = compare(log(1, 2, entries(2, 5, 11)), log(2, 2, entries(2, 5, 11)), log(3, 2, []));
    expect(freshest).toEqual(["a", "b"]);
    expect(candidates[1]).toMatchObject({ loss: { atMost: 0n, fromIndex: null, toIndex: null } });
  });

  test("equal names with other content are told apart: other entries, or the same in other batches", () => {
    const five = entries(2, 5, 11);
    const a = log(1, 2, five);
    const rebatched = { ...log(2, 2, five), [closedName(11, 15)]: closedSegment(five.slice(0, 2), five.slice(2)) };
    expect(compare(a, rebatched)).toMatchObject({
      freshest: ["a", "b"],
      sameNames: [{ file: closedName(11, 15), entriesDiffer: false }],
    });
    const other = log(2, 3, entries(3, 5, 11));
    expect(compare(a, other)).toMatchObject({
      freshest: ["b"],
      sameNames: [{ file: closedName(11, 15), folders: ["a", "b"], entriesDiffer: true }],
    });
  });

  test("the freshest is damaged: the best without damage is named, and what it lacks", () => {
    const damaged = flipped(log(1, 2, entries(2, 8, 11)), closedName(1, 10), 300, 1);
    const { freshest, furthest, candidates, reasons } = compare(damaged, log(2, 2, entries(2, 5, 11)));
    expect(freshest).toEqual(["b"]);
    expect(furthest).toEqual(["a"]);
    expect(reasons).toContainEqual(expect.stringContaining("a is damaged, and shows entries that are later"));
    expect(candidates[0]?.droppedByFreshest).toMatchObject({ atMost: 3n, fromIndex: 16n, toIndex: 18n });
  });

  test("all are damaged: cannot tell", () => {
    const damaged = flipped(log(1, 2, entries(2, 8, 11)), closedName(11, 18), 100, 1);
    expect(compare(damaged)).toMatchObject({ freshest: [], furthest: ["a"], reasons: ["every store is damaged"] });
  });

  test("one entry of one term that differs: two clusters or damage, and no freshest", () => {
    const other = [...entries(2, 4, 11), { term: 2, data: Buffer.from("something else!!") }];
    const { freshest, contradicts, reasons } = compare(log(1, 2, entries(2, 5, 11)), log(2, 2, other));
    expect({ freshest, contradicts }).toEqual({ freshest: [], contradicts: true });
    expect(reasons[0]).toContain("entry 15 of term 2 differs in its content");
  });

  test("a segment is missing before an open one, which only another folder shows", () => {
    const open = { "open-1": openSegment(entries(2, 3, 16)) };
    const whole = { ...log(1, 2, entries(2, 5, 11)), ...open };
    expect(
      compare(whole, without({ ...whole, "info.yaml": Buffer.from("ID: 2\n") }, closedName(11, 15))),
    ).toMatchObject({ freshest: [], contradicts: true });
  });

  test("logs that cannot have parted like that", () => {
    const a = log(1, 3, [...entries(2, 2, 11), ...entries(3, 2, 13)]);
    const b = log(2, 3, [...entries(1, 2, 11), ...entries(3, 2, 13)]);
    expect(compare(a, b).reasons[0]).toContain("though entry 14 is the same in both");
  });

  test("no entry in common: bounded by what was committed, where the members are the same", () => {
    const stale = {
      ...metadata(7, 4),
      ...metadata(8, 4),
      ...snapshot(3, 90),
      [closedName(81, 100)]: closedSegment(entries(3, 19, 81), [members(3)]),
    };
    const fresh = {
      ...metadata(7, 4),
      ...metadata(8, 4),
      ...snapshot(4, 500),
      [closedName(495, 520)]: closedSegment(entries(4, 26, 495)),
    };
    const { freshest, candidates, reasons } = compare(stale, fresh);
    expect(freshest).toEqual(["b"]);
    expect(candidates[0]?.loss).toMatchObject({
      atMost: 430n,
      atLeast: 420n,
      knownCommitted: 400n,
      fromIndex: 91n,
      toIndex: 520n,
    });
    expect(reasons).toContainEqual(expect.stringContaining("no entry in common with the freshest"));
  });

  test("no entry and no member in common: cannot tell", () => {
    const a = { ...metadata(7, 4), ...snapshot(3, 90) };
    const b = { ...metadata(7, 4), ...snapshot(4, 500, undefined, [{ id: 7, address: "elsewhere:1" }]) };
    expect(compare(a, b)).toMatchObject({
      freshest: [],
      contradicts: false,
      reasons: [expect.stringContaining("know no common member")],
    });
  });

  test("members given by hand: the mark has term 1, so it is not ordered", () => {
    const made = log(1, 9, [...entries(9, 3, 11), { term: 1, kind: 3, data: membersOf(SERVERS.slice(0, 1)) }]);
    const { freshest, reasons } = compare(made, log(2, 9, entries(9, 2, 11)));
    expect(freshest).toEqual([]);
    expect(reasons[0]).toContain("members that somebody gave it by hand");
    expect(compare(made).freshest).toEqual(["a"]);
  });

  test("two folders of one member", () => {
    expect(compare(log(1, 2, entries(2, 5, 11)), log(1, 2, [])).reasons).toEqual([
      expect.stringContaining("of the same member"),
    ]);
  });
});

describe("etcd", () => {
  const member = (id: number, over: Partial<WrittenMember>): Files =>
    etcdFolder({
      memberId: BigInt(id),
      wal: [[...walEntries(2, 1, 20), { kind: "state", term: 2, committed: 18 }]],
      applied: 18,
      ...over,
    });
  const behind = (to: number): WrittenMember["wal"] => [
    [...walEntries(2, 1, to), { kind: "state", term: 2, committed: to - 1 }],
  ];

  test("the longer log, and how much of the loss was surely committed", () => {
    const { freshest, candidates } = compare(member(1, {}), member(2, { wal: behind(12), applied: 11 }));
    expect(freshest).toEqual(["a"]);
    expect(candidates[1]?.loss).toMatchObject({
      atMost: 8n,
      atLeast: 8n,
      knownCommitted: 6n,
      fromIndex: 13n,
      toIndex: 20n,
    });
  });

  // As --force-new-cluster leaves it when there was an entry beyond the commit.
  test("one that was made a cluster of its own by hand writes entries in the same term: not ordered", () => {
    const records = [...walEntries(2, 1, 20), { kind: "state", term: 2, committed: 19 }] as const;
    const forced = member(1, { wal: [[...records, { kind: "entry", term: 2, index: 20, data: "remove the others" }]] });
    const { freshest, reasons, contradicts } = compare(forced, member(2, { wal: [records] }));
    expect({ freshest, contradicts }).toEqual({ freshest: [], contradicts: true });
    expect(reasons).toEqual([
      expect.stringContaining("or one was made a cluster of its own by hand"),
      expect.stringContaining("a ends with members that somebody gave it by hand"),
    ]);
    expect(report(forced, "a").findings).toMatchObject([
      { kind: "note", what: expect.stringContaining("from entry 20 on") },
    ]);
  });

  test("a restored cluster has another id: not compared", () => {
    const { freshest, reasons } = compare(member(1, {}), member(2, { clusterId: 5n }));
    expect(freshest).toEqual([]);
    expect(reasons[0]).toContain("of two clusters (ef37ad9dc622a7c4 and 5)");
  });

  test("with dqlite: not compared", () => {
    expect(compare(member(1, {}), log(1, 2, [])).reasons[0]).toContain("stores of etcd and dqlite cannot be compared");
  });
});

describe("which store a folder is", () => {
  test.each<readonly [readonly string[], readonly string[]]>([
    [["metadata1", "cluster.crt"], ["dqlite"]],
    [["0000000000000001-0000000000000001"], ["dqlite"]],
    [["member/wal/0000000000000000-0000000000000000.wal"], ["etcd"]],
    [["snap/db"], ["etcd"]],
    [
      ["metadata1", "member/snap/db"],
      ["dqlite", "etcd"],
    ],
    [["a/metadata1", "readme"], []],
  ])("%s", (names, stores) => expect(storesIn(names)).toEqual(stores));
});
