/** Held against etcd's own code: fixtures/inspect/wal-sweep/main.go says what it made of each bit that was wrong. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readWalFile } from "./wal-file.ts";
import { emptyWalLog, lastIndex, takeRecord } from "./wal-log.ts";

const sweep = (name: string): URL => new URL(`../../../fixtures/inspect/wal-sweep/${name}`, import.meta.url);
/** As the sweep had it behind the records. */
const ZEROS = Buffer.alloc(70_000);
const LAST = 44n;

/** As the sweep writes it, and whether a record that makes no sense was found: etcd refuses these for what they say. */
function told(file: Buffer): readonly [letter: string, isOdd: boolean] {
  const { records, end } = readWalFile(file, 0, true);
  const log = emptyWalLog(0n);
  for (const record of records) takeRecord(log, record, "wal");
  const isOdd = log.findings.length > 0;
  if (end.kind === "broken" && end.atStart === "refused") return [".", isOdd];
  const isCut = end.kind === "broken" && end.atStart !== "end";
  const reached = Number(LAST - lastIndex(log));
  return [String.fromCodePoint((isCut ? "a" : "A").charCodeAt(0) + reached), isOdd];
}

test("of each bit of a WAL, etcd 3.6 makes what is said of it", () => {
  const written = Buffer.concat([readFileSync(sweep("3.6.14.wal")), ZEROS]);
  const rows = readFileSync(sweep("3.6.14.txt"), "utf8").trim().split("\n");
  expect(rows.length).toBeGreaterThan(1200);
  let odd = 0;
  // Every third byte: each place within a record comes up, in another record.
  for (const row of rows.filter((_, at) => at % 3 === 0)) {
    const [byte = "", letters = ""] = row.split(" ");
    const at = Number(byte);
    for (const [bit, letter] of letters.split("").entries()) {
      written[at] = (written[at] ?? 0) ^ (1 << bit);
      const [said, isOdd] = told(written);
      written[at] = (written[at] ?? 0) ^ (1 << bit);
      if (said !== letter && isOdd && letter === ".") odd++;
      else expect(said, `byte ${at}, bit ${bit}`).toBe(letter);
    }
  }
  // Types of records, mostly.
  expect(odd).toBeLessThan(rows.length * 8 * 0.01);
});
