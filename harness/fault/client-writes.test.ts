import { expect, test } from "vitest";
import type { LedgerEntry, LedgerFeed, OperationEntry } from "../ledger/index.ts";
import { clientWrites } from "./client-writes.ts";

const PUT: OperationEntry = {
  kind: "operation",
  atMs: 2,
  id: 0,
  transaction: null,
  client: "c1",
  node: "n1",
  op: "put",
  key: "k",
  valueHash: "h",
  scheduledAtMs: 1,
  sentAtMs: 1,
  outcome: "acknowledged",
  revision: "7",
  reason: null,
};

test("acknowledged puts beyond a revision are counted, and nothing else", () => {
  let tell: (entry: LedgerEntry) => void = () => undefined;
  let ended = false;
  const feed: LedgerFeed = {
    subscribe: (listener) => {
      tell = listener;
      return { [Symbol.dispose]: () => void (ended = true) };
    },
  };
  {
    using writes = clientWrites({ feed });
    tell({ kind: "end", atMs: 1 });
    expect(writes.areThere()).toBe(false);
    tell({ ...PUT, outcome: "unknown", revision: null });
    expect(writes.areThere()).toBe(true);
    tell({ ...PUT, op: "delete", valueHash: null, revision: "12" });
    tell({ ...PUT, op: "get", revision: "13" });
    for (const revision of ["9", "10", "11", "9007199254740993"]) tell({ ...PUT, revision });
    for (const sentAtMs of [100, 200, 300]) tell({ ...PUT, sentAtMs, revision: null });
    expect([100, 101, 301].map((sentAtMs) => writes.putsSentSince(sentAtMs))).toEqual([3, 2, 0]);
    expect([writes.putsBeyond(9n), writes.putsBeyond(11n), writes.putsBeyond(9007199254740993n)]).toEqual([3, 1, 0]);
  }
  expect(ended).toBe(true);
});

test("where nothing is told there are no clients", () => {
  using writes = clientWrites({});
  expect([writes.areThere(), writes.putsBeyond(0n)]).toEqual([false, 0]);
});
