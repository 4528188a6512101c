import { expect, test } from "vitest";
import { isRunId, newRunId } from "./run-id.ts";

test("a run id tells time, drill and run", () => {
  expect(newRunId("etcd-quorum-loss", new Date("2026-11-21T16:05:01.987Z"), "a1b2")).toBe(
    "20261121T160501Z-etcd-quorum-loss-a1b2",
  );
});

test("later runs sort after earlier ones", () => {
  const ids = ["2026-11-21T16:05:01Z", "2026-11-21T16:05:02Z", "2027-01-01T00:00:00Z"].map((at) =>
    newRunId("d", new Date(at)),
  );
  expect(ids.toSorted()).toEqual(ids);
});

test("what is made is recognised, and nothing else", () => {
  for (const drill of ["etcd-quorum-loss", "etcd-corrupt-member.damaged-wal"])
    expect(isRunId(newRunId(drill))).toBe(true);
  for (const other of [
    "",
    "latest",
    "20261121T160501Z-etcd",
    "x-20261121T160501Z-etcd-a1b2",
    "20261121T160501Z-../x-a1b2",
    "20261121T160501Z-x..y-a1b2",
  ])
    expect(isRunId(other)).toBe(false);
});
