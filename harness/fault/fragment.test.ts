import { expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import type { Machine } from "../substrate/index.ts";
import { ACKNOWLEDGED, fakeCluster } from "../system/fake-cluster.ts";
import { fragment } from "./fragment.ts";

/** A workstation whose shell answers each command with what is given, and notes it. */
function workstation(said: Readonly<Record<string, string>>, commands: string[]): Machine {
  const session = {
    run: async (block: string, { output }: { output: (chunk: Uint8Array) => void }) => {
      commands.push(block);
      const found = Object.entries(said).find(([part]) => block.includes(part))?.[1];
      output(Buffer.from(found ?? "not known"));
      return { status: "ran" as const, exitCode: found === undefined ? 1 : 0 };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  return { openSession: async () => Promise.resolve(session) } as unknown as Machine;
}

const status = (dbSize: number, dbSizeInUse: number): string =>
  JSON.stringify([{ Endpoint: "n1", Status: { dbSize, dbSizeInUse } }]);

async function staged(said: Readonly<Record<string, string>>, nodes: readonly string[] = ["n1"]) {
  const entries: LedgerEntry[] = [];
  const [puts, deletes, commands]: [string[], string[], string[]] = [[], [], []];
  const cluster = fakeCluster({
    nodes,
    put: async (_, key) => (puts.push(key), ACKNOWLEDGED),
    delete: async (_, key) => (deletes.push(key), { ...ACKNOWLEDGED, revision: "77" }),
    workstation: workstation(said, commands),
  });
  const run: RunContext = {
    runId: "run",
    clock: systemClock(),
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: "",
    evidenceDir: "",
  };
  const recorder = { record: (entry: LedgerEntry) => void entries.push(entry), flush: () => undefined };
  const armed = await fragment({ freeBytes: 2 * 1024 * 1024 }).arm({ cluster, run, recorder, views: [] });
  const look = async (when: "before" | "after") => {
    await armed.witness.observe(when);
    return entries.flatMap((one) => (one.kind === "witness" && one.when === when ? [one.seen] : []));
  };
  return { armed, commands, deletes, look, puts };
}

test("values are written, deleted and compacted away, and each member is awaited", async () => {
  const stage = await staged({ compaction: "compacted" }, ["n1", "n2", "n3"]);
  await stage.armed.inject();
  expect(stage.puts).toHaveLength(4);
  expect(stage.deletes).toEqual(stage.puts);
  const asked = stage.commands.map((one) =>
    /^ETCDCTL_ENDPOINTS=(\S+) etcdctl compaction --physical .* (\d+)$/.exec(one),
  );
  expect(asked.map((one) => one?.[2])).toEqual(["75", "76", "77"]);
  expect(new Set(asked.map((one) => one?.[1])).size).toBe(3);
});

test("a compaction that fails ends the injection with what it said", async () => {
  const stage = await staged({});
  await expect(stage.armed.inject()).rejects.toThrow("exited with 1: not known");
});

test.each([
  [status(40_000_000, 1_000_000), true],
  [status(40_000_000, 39_000_000), false],
  ['[{"Status":{"dbSize":"40000000","dbSizeInUse":"1000000"}}]', true],
  ['[{"Status":{"dbSize":40000000}}]', null],
  ["[]", null],
])("the witness believes what etcdctl tells of every member: %s", async (said, seen) => {
  const { look } = await staged({ "endpoint status": said });
  expect(await look("after")).toEqual([seen]);
});

test("a witness that cannot ask knows nothing", async () => {
  const { look } = await staged({});
  expect(await look("before")).toEqual([null]);
});
