import { expect, test } from "vitest";
import type { MemberView, StoredLog } from "../../ledger/index.ts";
import { silentView } from "../fake-cluster.ts";
import { goodAndBehind, type GoodBy } from "./good-data.ts";

/** A node that is down, with a store that ends there; `named` is the highest number in its names. */
function down(
  node: string,
  term: number,
  index: number,
  named: number | null,
  flaws: readonly string[] = [],
  writtenAtUnixMs: number | null = null,
): MemberView {
  const stored: StoredLog = {
    lastTerm: String(term),
    lastIndex: String(index),
    namedIndex: named === null ? null : String(named),
    writtenAtUnixMs,
    flaws,
  };
  return { ...silentView(node), stored };
}

const roles = (by: GoodBy, views: readonly MemberView[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(goodAndBehind(by)(views).map(({ role, node }) => [role, node]));

test("by the log the longest of the highest term is good, whatever the names say", () => {
  const views = [down("n1", 2, 90, 1), down("n2", 3, 80, null), down("n3", 2, 100, 100)];
  expect(roles("log", views)).toEqual({ good: "n2", other: "n3", behind: "n1" });
});

test("by names it is the highest number, though more lies in open segments", () => {
  const views = [down("n1", 1, 90, 1), down("n2", 1, 90, null), down("n3", 1, 40, 40)];
  expect(roles("names", views)).toEqual({ good: "n3", other: "n1", behind: "n2" });
  expect(roles("log", views)).toEqual({ good: "n1", other: "n2", behind: "n3" });
});

test("numbers are compared as numbers, and the first by name comes first among equals", () => {
  expect(roles("names", [down("n3", 1, 1, 9), down("n2", 1, 1, 10), down("n1", 1, 1, 10)])).toEqual({
    good: "n1",
    other: "n2",
    behind: "n3",
  });
});

test("of two with the same number the one that was written last is good, by a fraction of a millisecond too", () => {
  const views = [down("n1", 1, 40, 9, [], 1000.5), down("n2", 1, 90, 9, [], 1000.6), down("n3", 1, 90, 8, [], 2000)];
  expect(roles("names", views)).toEqual({ good: "n2", other: "n1", behind: "n3" });
});

test("a damaged store is good only by its names", () => {
  const views = [
    down("n1", 1, 90, 80, ["a batch does not match its checksum"]),
    down("n2", 1, 80, 70),
    down("n3", 1, 60, 60),
  ];
  expect(roles("log", views)).toEqual({ good: "n2", other: "n3", behind: "n1" });
  expect(roles("names", views)["good"]).toBe("n1");
});

test("by mistake it is the one that ends first", () => {
  const views = [down("n1", 1, 90, 90), down("n2", 1, 90, 90), down("n3", 1, 40, 40)];
  expect(roles("mistaken", views)).toEqual({ good: "n3", other: "n1", behind: "n2" });
});

test("a new machine has no store, and is never good", () => {
  const fresh = (node: string): MemberView => silentView(node);
  for (const by of ["names", "log", "mistaken"] as const)
    expect(roles(by, [fresh("n1"), down("n2", 1, 5, null), fresh("n3")])).toEqual({
      good: "n2",
      other: "n1",
      behind: "n3",
    });
  expect(roles("log", [fresh("n1"), fresh("n2")])).toEqual({ good: null, other: "n1", behind: "n2" });
});
