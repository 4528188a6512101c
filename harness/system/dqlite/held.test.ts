/** What a member itself holds, from files that it hands out. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test } from "vitest";
import { ANSWER, fakeDqliteNode, type NodeAnswer } from "../../../fixtures/system/dqlite-node.ts";
import { systemClock } from "../../core/index.ts";
import type { HeldKey } from "../../ledger/index.ts";
import type { HeldEnd } from "../cluster.ts";
import { hashValue } from "../value-hash.ts";
import { readHeld, readLocal, type DumpPlace } from "./held.ts";

const folder = mkdtempSync(join(tmpdir(), "drillbook-dqlite-held-"));
afterAll(() => rmSync(folder, { recursive: true }));

const FENCE = { key: "drillbook/fence/1", value: "run", revision: null };
const DUMP = 15;

/** A dump as a member hands it out: a database, and a WAL that holds its latest changes. */
function dumped(rows: Readonly<Record<string, string>>): NodeAnswer {
  const own = mkdtempSync(join(folder, "made-"));
  const database = new DatabaseSync(join(own, "demo"));
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE model (key TEXT, value TEXT, UNIQUE(key))");
  const insert = database.prepare("INSERT OR REPLACE INTO model(key, value) VALUES(?, ?)");
  for (const [key, value] of Object.entries(rows)) insert.run(key, value);
  const files = ["demo", "demo-wal"].map((name) => {
    const bytes = readFileSync(join(own, name));
    return [name, Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)])] as const;
  });
  database.close();
  return ANSWER.dump(files);
}

async function heldBy(
  place: Omit<DumpPlace, "folder">,
  timeoutMs: number,
): Promise<{ readonly keys: readonly HeldKey[]; readonly end: HeldEnd }> {
  const run = { clock: systemClock(), signal: new AbortController().signal };
  const parts = readHeld(
    { host: place.host, port: place.port, folder },
    { prefix: "w/", fence: FENCE, timeoutMs },
    run,
  );
  const keys: HeldKey[] = [];
  for (;;) {
    const part = await parts.next();
    if (part.done === true) return { keys, end: part.value };
    keys.push(...part.value);
  }
}

describe("a member", () => {
  test("that holds the fence is read whole: what is below the prefix, with the latest value", async () => {
    await using node = await fakeDqliteNode({
      [DUMP]: dumped({ "w/1": "old", "w/2": "b", "other/1": "c", [FENCE.key]: FENCE.value, "w/1 ": "d" }),
    });
    const { end, keys } = await heldBy(node, 5000);
    expect(keys.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
      { key: "w/1", valueHash: hashValue("old"), revision: null, version: null },
      { key: "w/1 ", valueHash: hashValue("d"), revision: null, version: null },
      { key: "w/2", valueHash: hashValue("b"), revision: null, version: null },
    ]);
    expect(end).toEqual({
      complete: true,
      reason: null,
      revision: null,
      fenceValueHash: hashValue(FENCE.value),
      stateHash: null,
    });
    expect(readdirSync(folder).filter((name) => name.startsWith("dump-"))).toEqual([]);
  });

  test("that gets the fence later is waited for", async () => {
    const answers: Record<number, NodeAnswer> = { [DUMP]: dumped({ "w/1": "a" }) };
    await using node = await fakeDqliteNode(answers);
    const reading = heldBy(node, 20_000);
    setImmediate(() => (answers[DUMP] = dumped({ "w/1": "a", "w/2": "b", [FENCE.key]: FENCE.value })));
    expect((await reading).keys).toHaveLength(2);
  });

  test("that never gets it is not read: nothing of it may be taken for lost", async () => {
    await using node = await fakeDqliteNode({ [DUMP]: dumped({ "w/1": "a", [FENCE.key]: "of another pass" }) });
    expect(await heldBy(node, 250)).toEqual({
      keys: [],
      end: {
        complete: false,
        reason: "it does not hold the fence",
        revision: null,
        fenceValueHash: hashValue("of another pass"),
        stateHash: null,
      },
    });
  });

  test("that hands out no database, or nothing", async () => {
    await using broken = await fakeDqliteNode({ [DUMP]: ANSWER.dump([["demo", Buffer.alloc(4096, 7)]]) });
    expect((await heldBy(broken, 150)).end).toMatchObject({
      complete: false,
      reason: "what it handed out is no database",
    });
    await using silent = await fakeDqliteNode({});
    expect((await heldBy(silent, 150)).end).toMatchObject({
      complete: false,
      reason: "deadline",
      revision: null,
      fenceValueHash: null,
    });
  });

  test("is read for one key", async () => {
    await using node = await fakeDqliteNode({ [DUMP]: dumped({ "w/1": "a" }) });
    const place = { host: node.host, port: node.port, folder };
    expect(await readLocal(place, "w/1", 5000)).toMatchObject({ outcome: "acknowledged", value: "a" });
    expect(await readLocal(place, "w/2", 5000)).toMatchObject({ outcome: "acknowledged", value: null });
  });
});
