import { expect, test } from "vitest";
import type { LedgerEntry, ProcessEntry } from "../../ledger/index.ts";
import { healthyView, silentView } from "../../system/fake-cluster.ts";
import { answeredWithoutProcess } from "./answered-without-process.ts";

const process = (event: ProcessEntry["event"], atMs: number, pid: number): LedgerEntry => {
  const nothing = { actor: null, command: null, variables: null, exitCode: null, signal: null };
  return { kind: "process", event, atMs, node: "n1", process: "etcd", pid, ...nothing };
};
const look = (sentAtMs: number, answered = true): LedgerEntry => ({
  kind: "cluster-probe",
  sentAtMs,
  atMs: sentAtMs + 10,
  views: [answered ? healthyView("n1") : silentView("n1")],
});

test.each<readonly [string, readonly LedgerEntry[], readonly string[]]>([
  ["its process runs", [process("started", 0, 1), look(5)], []],
  ["its process has ended, and it is silent", [process("started", 0, 1), process("exited", 3, 1), look(5, false)], []],
  ["the look was under way when its process ended", [process("started", 0, 1), process("exited", 3, 1), look(3)], []],
  ["another was started", [process("started", 0, 1), process("exited", 3, 1), process("started", 4, 2), look(5)], []],
  [
    "another one of its processes runs",
    [process("started", 0, 1), process("started", 1, 2), process("exited", 3, 1), look(5)],
    [],
  ],
  ["no process of it is on record", [look(5)], []],
  [
    "its only process has ended, and it answers, twice",
    [process("started", 0, 1), process("exited", 3, 1), look(5), look(25)],
    ["n1 answers at 15 ms, and its process had ended at 3 ms"],
  ],
])("%s", (_, entries, expected) => {
  expect(answeredWithoutProcess(entries)).toEqual(expected);
});
