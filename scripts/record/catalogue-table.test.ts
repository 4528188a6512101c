import { expect, test } from "vitest";
import { catalogueTable, readRow, type CatalogueRow } from "./catalogue-table.ts";

function row(change: Partial<CatalogueRow> = {}): CatalogueRow {
  return {
    drillId: "etcd-a.one",
    course: "drill",
    seed: 1,
    commit: "abc",
    outcome: "passed",
    asExpected: true,
    recoveryHighMs: 1000,
    says: "",
    ...change,
  };
}

function cells(rows: readonly CatalogueRow[]): readonly (readonly string[])[] {
  return catalogueTable(rows)
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test("counts the runs of all cases of a scenario together, each course for itself", () => {
  const rows = [
    row(),
    row({ drillId: "etcd-a.two", seed: 2, recoveryHighMs: 2500 }),
    row({ course: "controls" }),
    row({ course: "empty page", outcome: "failed" }),
  ];
  expect(cells(rows)).toEqual([["`etcd-a`", "2 of 2", "1 of 1", "1 of 1", "2", "1.00 to 2.50 s", ""]]);
});

test("shows each run that did not come out as declared, and takes no time from it", () => {
  const bad = row({ seed: 2, outcome: "inconclusive", asExpected: false, recoveryHighMs: 9000, says: "slow |\n cell" });
  expect(cells([bad, row()])[0]).toEqual([
    "`etcd-a`",
    "1 of 2",
    "not run",
    "not run",
    "1",
    "1.00 s",
    "`etcd-a.one` seed 2: inconclusive, slow cell",
  ]);
});

test("a line of the record is read back as it was, and one that is none is refused", () => {
  expect(readRow(JSON.stringify(row()))).toEqual(row());
  expect(() => readRow(JSON.stringify({ ...row(), asExpected: "yes" }))).toThrow();
});
