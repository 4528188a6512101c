/** What `dqlite-demo` says, and what it means for a write. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import type { HttpExchange } from "../http-exchange.ts";
import { dqliteClient, readAttempt, writeAttempt } from "./client.ts";
import { isFatalLogLine } from "./fatal-log-line.ts";
import { OUTCOME_TABLE, rowOf } from "./outcome.ts";
import { writersTurns } from "./turns.ts";

const whole = (text: string, status = 200): HttpExchange => ({ kind: "whole", status, text });

test("a write is acknowledged by one word alone", () => {
  expect(writeAttempt(whole("done\n"))).toMatchObject({ outcome: "acknowledged", revision: null });
  for (const other of ["done", "", "value\n", "Error: database is locked\n", "done\ndone\n"])
    expect(writeAttempt(whole(other)).outcome, other).toBe("unknown");
  expect(writeAttempt(whole("done\n", 500)).outcome).toBe("unknown");
});

test("a read finds a value, or that there is none, or nothing", () => {
  expect(readAttempt(whole("v 1\n"))).toMatchObject({ outcome: "acknowledged", value: "v 1" });
  expect(readAttempt(whole("\n"))).toMatchObject({ outcome: "acknowledged", value: "" });
  expect(readAttempt(whole("Error: sql: no rows in result set\n"))).toMatchObject({
    outcome: "acknowledged",
    value: null,
  });
  for (const other of ["Error: no available dqlite leader server found\n", "v 1", "404 page not found"])
    expect(readAttempt(whole(other)).outcome, other).toBe("unknown");
});

test.each([
  [whole("Error: database is locked\n"), "locked"],
  [whole("Error: no available dqlite leader server found\n"), "no-leader"],
  [whole("Error: disk I/O error\n"), "disk-error"],
  [whole("Error: anything\n"), "other-error"],
  [whole("404 page not found\n", 404), "unreadable-answer"],
  [{ kind: "deadline" } as const, "deadline"],
  [{ kind: "failure", stage: "sent", code: "ECONNRESET" } as const, "reset"],
])("%j is %s, and unknown", (came, reason) => {
  expect(rowOf(came)).toMatchObject({ reason, outcome: "unknown" });
});

test("only what was never sent is refused", () => {
  const refused = OUTCOME_TABLE.filter(({ outcome }) => outcome === "refused").map(({ matches }) => matches);
  expect(refused.every((matches) => matches.kind === "failure" && matches.stage !== "sent")).toBe(true);
  const nobody = { kind: "failure", stage: "connecting", code: "ECONNREFUSED" } as const;
  expect(writeAttempt(nobody)).toMatchObject({ outcome: "refused", reason: "connection-refused" });
});

test("keys are told apart whatever is in them, and each attempt is one request", async () => {
  const asked: string[] = [];
  await using server = createServer((request, response) => {
    asked.push(`${request.method} ${decodeURIComponent(request.url ?? "")}`);
    response.end("done\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  await using client = dqliteClient({
    clientUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    timeoutMs: 5000,
    turns: writersTurns(),
    local: async () => Promise.reject(new Error("not asked")),
  });
  await client.put("drillbook/a b?c%/1", "x");
  await client.get("drillbook/1");
  expect(asked).toEqual(["PUT /drillbook/a b?c%/1", "GET /drillbook/1"]);
  await expect(async () => client.delete("k")).rejects.toThrow("lacks deletes");
});

test("writers of one thread go one after another", async () => {
  const turns = writersTurns();
  const order: string[] = [];
  const write = async (name: string): Promise<void> => {
    using _turn = await turns.take();
    order.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`${name} ends`);
  };
  await Promise.all(["a", "b", "c"].map(write));
  expect(order).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("a turn that another thread has and gives up is taken", async () => {
  const turns = writersTurns();
  const code = `const { parentPort, workerData } = require("node:worker_threads");
    const [turn, go] = [new Int32Array(workerData[0]), new Int32Array(workerData[1])];
    Atomics.store(turn, 0, 1);
    parentPort.postMessage("has it");
    Atomics.wait(go, 0, 0);
    Atomics.store(turn, 0, 0);
    Atomics.notify(turn, 0, 1);`;
  const go = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(code, { eval: true, workerData: [turns.shared, go.buffer] });
  await once(thread, "message");
  const exited = once(thread, "exit");
  const waiting = turns.take();
  Atomics.store(go, 0, 1);
  Atomics.notify(go, 0);
  using turn = await waiting;
  await exited;
  // Who had given way to one that hangs would not have it for itself.
  expect(turn.isOurs).toBe(true);
});

test("a turn of one who hangs is over after a while, and is not given back twice", async () => {
  const turns = writersTurns();
  const hanging = await turns.take();
  using turn = await turns.take();
  expect(turn.waitedMs).toBeGreaterThanOrEqual(300);
  hanging[Symbol.dispose]();
  const next = turns.take();
  turn[Symbol.dispose]();
  expect((await next).isOurs).toBe(true);
});

test("a member that does not answer takes nobody's turn but once", async () => {
  await using server = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  const taken: string[] = [];
  const turns = writersTurns();
  const take = async (): ReturnType<typeof turns.take> => {
    taken.push("a turn");
    return turns.take();
  };
  await using client = dqliteClient({
    clientUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    timeoutMs: 50,
    turns: { shared: turns.shared, take },
    local: async () => Promise.reject(new Error("not asked")),
  });
  expect(await client.put("a", "1")).toMatchObject({ outcome: "unknown", reason: "deadline" });
  expect(await client.put("b", "1")).toMatchObject({ outcome: "unknown", reason: "deadline" });
  expect(taken).toHaveLength(1);
  server.closeAllConnections();
});

test.each([
  ["panic: runtime error: index out of range", true],
  ["fatal error: all goroutines are asleep - deadlock!", true],
  ["SIGABRT: abort", true],
  ["dqlite-demo: src/leader.c:95: leader__close: Assertion `rc == 0' failed.", true],
  ["Error: start node: raft_start(): io: last entry on disk has index 10", true],
  ["2026/11/22 06:10:32 127.0.88.1:8001: DEBUG: attempt 1: server 127.0.88.1:9001: connected", false],
  ["a line that says Error: in the middle", false],
])("%s: fatal %s", (line, fatal) => {
  expect(isFatalLogLine(line)).toBe(fatal);
});
