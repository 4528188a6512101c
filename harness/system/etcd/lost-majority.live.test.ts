/** A majority that is lost for good, on real etcd: the fault, its witness, and what the survivor keeps. */
import { afterAll, expect, test } from "vitest";
import { heldBy, leadersOf, provisionedEtcd, shell, viewsOf } from "../../../fixtures/live/etcd-cluster.ts";
import { programsOrSkip } from "../../../fixtures/live/programs.ts";
import { loseMajorityForGood } from "../../fault/index.ts";
import type { LedgerEntry, WitnessEntry } from "../../ledger/index.ts";
import { etcd } from "./etcd.ts";
import { survivorAndReplacements } from "./roles.ts";

const system = etcd({ members: 3 });
const opened = new AsyncDisposableStack();
afterAll(async () => opened.disposeAsync());

function signsSeen(entries: readonly LedgerEntry[], when: WitnessEntry["when"]): readonly (boolean | null)[] {
  return entries
    .filter((entry) => entry.kind === "witness")
    .filter((entry) => entry.when === when)
    .map((entry) => entry.seen);
}

test("a majority lost for good is seen by its witness, and the leader that is left keeps all that was acknowledged through --force-new-cluster", async (context) => {
  const programs = await programsOrSkip(context, ...system.programs);
  const { cluster, run, recorder, entries } = await provisionedEtcd(system, { opened, programs });
  const before = await viewsOf(cluster);
  const fault = loseMajorityForGood({ survivor: "leader" });
  await using armed = await fault.arm({ cluster, run, recorder, views: before });
  await armed.witness.observe("before");
  expect(signsSeen(entries, "before"), JSON.stringify(entries)).toEqual([false, false, false, false]);

  // Writes through every member until none is acknowledged any more: the last ones race with the kill.
  const clients = cluster.nodes.map(({ name }) => opened.use(cluster.openClient(name, { timeoutMs: 1000 })));
  const acknowledged: string[] = [];
  const writing = new AbortController();
  const writers = clients.map(async (client, index) => {
    for (let turn = 0; !writing.signal.aborted; turn++) {
      const attempt = await client.put(`lost/${index}/${turn}`, "x");
      if (attempt.outcome === "acknowledged") acknowledged.push(`lost/${index}/${turn}`);
    }
  });
  await expect.poll(() => acknowledged.length).toBeGreaterThan(100);
  await armed.inject();
  const injectedAtMs =
    entries.find((entry) => entry.kind === "fault" && entry.event === "injecting")?.atMs ?? Number.NaN;
  await armed.witness.observe("after");
  writing.abort();
  await Promise.all(writers);
  expect(signsSeen(entries, "after"), JSON.stringify(entries.filter((entry) => entry.kind === "witness"))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(armed.targets).toHaveLength(2);
  expect(entries.filter((entry) => entry.kind === "fault").map((entry) => entry.event)).toEqual([
    "armed",
    "injecting",
    "injected",
  ]);
  const sent = entries.filter((entry) => entry.kind === "process" && entry.event === "signalled");
  expect(sent.every((entry) => entry.kind === "process" && entry.atMs >= injectedAtMs && entry.actor === "fault")).toBe(
    true,
  );

  const after = await viewsOf(cluster);
  const roles = Object.fromEntries(survivorAndReplacements(after).map(({ role, node }) => [role, node]));
  const leader = before.find((view) => view.memberId === view.leaderId)?.node;
  expect(roles["survivor"]).toBe(leader);
  expect([roles["replacement-1"], roles["replacement-2"]]).toEqual(armed.targets);

  const survivor = cluster.nodes.find((node) => node.name === leader);
  if (survivor === undefined) throw new Error("no survivor");
  const { machine } = survivor;
  await machine.signal("etcd", "SIGTERM", "runbook");
  await machine.exited("etcd");
  expect(
    (await shell(machine, 'sed -i "s/^\\( *\\)- --name=.*/&\\n\\1- --force-new-cluster/" "$MANIFEST"')).exitCode,
  ).toBe(0);
  await machine.start("etcd", "runbook");
  await expect
    .poll(async () => leadersOf([await cluster.view(survivor.name, { timeoutMs: 2000 })]), { timeout: 30_000 })
    .toHaveLength(1);
  const alone = await cluster.view(survivor.name, { timeoutMs: 2000 });
  const was = before.find((view) => view.node === leader);
  expect(alone.clusterId).toBe(was?.clusterId);
  expect(alone.memberId).toBe(was?.memberId);
  expect(alone.members?.map((member) => member.memberId)).toEqual([alone.memberId]);
  await using client = cluster.openClient(survivor.name, { timeoutMs: 5000 });
  expect((await client.put("fence", "alone")).outcome).toBe("acknowledged");
  const { keys, end } = await heldBy(cluster, survivor.name, { prefix: "lost/", key: "fence", value: "alone" });
  expect(end.complete).toBe(true);
  expect(acknowledged.filter((key) => !keys.has(key))).toEqual([]);
});
