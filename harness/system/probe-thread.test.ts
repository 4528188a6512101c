import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { MemberTask } from "../../fixtures/system/member-worker.ts";
import { systemClock } from "../core/index.ts";
import type { ProbeAccess } from "./cluster.ts";
import { makeCertificates } from "./etcd/certificates.ts";
import { runProbeThread, type FromProbeThread } from "./probe-thread.ts";

const grid = { periodMs: 5, timeoutMs: 60_000 };
const calls = new Int32Array(new SharedArrayBuffer(4));
let member: Worker;
let access: Extract<ProbeAccess, { readonly kind: "etcd" }>;

beforeAll(async () => {
  const { authority, client, members } = await makeCertificates({
    runId: "test",
    nodes: [{ name: "n1", address: "127.0.0.1" }],
  });
  const task: MemberTask = {
    certificate: members["n1"]?.certificate ?? "",
    privateKey: members["n1"]?.key ?? "",
    calls,
  };
  member = new Worker(new URL("../../fixtures/system/member-worker.ts", import.meta.url), { workerData: task });
  const [port] = (await once(member, "message")) as [number];
  access = {
    kind: "etcd",
    clientUrl: `https://127.0.0.1:${port}`,
    authority: authority.certificate,
    certificate: client.certificate,
    privateKey: client.key,
  };
});
afterAll(async () => member.terminate());

test("the probes go on, on the same clock, while the drill's own loop stands still", async () => {
  const clock = systemClock();
  const baseInstantNs = clock.baseInstantNs ?? 0n;
  const stopping = new AbortController();
  const entries: FromProbeThread[] = [];
  const record = (entry: FromProbeThread): void => void entries.push(entry);
  const running = runProbeThread({
    members: [{ node: "n1", access }],
    grid,
    baseInstantNs,
    record,
    signal: stopping.signal,
  });
  await vi.waitFor(() => expect(entries.length).toBeGreaterThan(0), { timeout: 30_000 });

  const standsStillFromMs = clock.nowMs();
  const until = Atomics.load(calls, 0) + 10;
  for (let seen = Atomics.load(calls, 0); seen < until; seen = Atomics.load(calls, 0)) Atomics.wait(calls, 0, seen);
  const standsStillToMs = clock.nowMs();

  stopping.abort();
  await running;
  const probes = entries.filter((entry) => entry.kind === "service-probe");
  expect(probes.every((probe) => probe.ok === true && probe.sentAtMs <= probe.atMs)).toBe(true);
  const meanwhile = probes.filter((probe) => probe.sentAtMs > standsStillFromMs && probe.sentAtMs < standsStillToMs);
  // The others of the ten were on their way already.
  expect(meanwhile.length).toBeGreaterThanOrEqual(5);
  expect(entries).toContainEqual(expect.objectContaining({ kind: "loop-lag", loop: "probes" }));
});

test("what cannot be recorded ends the thread, and is thrown", async () => {
  const running = runProbeThread({
    members: [{ node: "n1", access }],
    grid,
    baseInstantNs: 0n,
    record: () => {
      throw new Error("disk full");
    },
    signal: new AbortController().signal,
  });
  await expect(running).rejects.toThrow("disk full");
});

test("a thread that cannot work says so", async () => {
  const running = runProbeThread({
    members: [{ node: "n1", access: { ...access, privateKey: "no key" } }],
    grid,
    baseInstantNs: 0n,
    record: () => undefined,
    signal: new AbortController().signal,
  });
  await expect(running).rejects.toThrow("the thread of the service probes failed");
});
