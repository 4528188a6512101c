import { expect, test } from "vitest";
import { seededRandom, type RunContext } from "../core/index.ts";
import { manualClock, type ManualClock } from "../core/manual-clock.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { fakeCluster } from "../system/fake-cluster.ts";
import { watchLogs } from "./log-watch.ts";

interface Watched {
  readonly clock: ManualClock;
  readonly entries: LedgerEntry[];
  readonly watch: AsyncDisposable;
}

function watching(readLog: (fromByte: number) => Promise<Uint8Array>): Watched {
  const clock = manualClock();
  const entries: LedgerEntry[] = [];
  const signal = new AbortController().signal;
  const run: RunContext = { runId: "r", clock, random: seededRandom(1), signal, workDir: "", evidenceDir: "" };
  const cluster = fakeCluster({ nodes: ["n1"], machine: { readLog: async (_process, fromByte) => readLog(fromByte) } });
  const ledger = {
    record: (entry: LedgerEntry): void => void entries.push(entry),
    flush: (): void => undefined,
    subscribe: (): Disposable => ({ [Symbol.dispose]: () => undefined }),
  };
  return { clock, entries, watch: watchLogs({ cluster, ledger, run }) };
}

test("a line is found once, between two looks, also when it comes in parts, and the last one without its end", async () => {
  let log = Buffer.from("=== started\nfatal: before anybody looked\nall is well\nfat");
  const { clock, entries, watch } = watching(async (from) => log.subarray(from, from + 7));
  await clock.advance(600);
  log = Buffer.concat([log, Buffer.from("al: in two parts, ä\nnot fatal\n")]);
  await clock.advance(500);
  log = Buffer.concat([log, Buffer.from("fatal: cut off")]);
  await watch[Symbol.asyncDispose]();
  const of = { node: "n1", process: "etcd" };
  expect(entries).toEqual([
    { kind: "log-line", atMs: 0, notBeforeMs: 0, ...of, line: "fatal: before anybody looked" },
    { kind: "log-line", atMs: 1000, notBeforeMs: 0, ...of, line: "fatal: in two parts, ä" },
    { kind: "log-line", atMs: 1100, notBeforeMs: 1000, ...of, line: "fatal: cut off" },
    { kind: "log-scan", atMs: 1100, ...of, fromMs: 0, untilMs: 1100, bytes: log.length, reason: null },
  ]);
});

test("what cannot be read is on record and ends nothing", async () => {
  const { clock, entries, watch } = watching(async () => Promise.reject(new Error("EACCES")));
  await clock.advance(600);
  await watch[Symbol.asyncDispose]();
  expect(entries).toMatchObject([{ kind: "log-scan", bytes: 0, untilMs: 0, reason: "EACCES" }]);
});
