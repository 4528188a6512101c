import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { healthyLedger } from "../../fixtures/ledgers/build.ts";
import { DrillError } from "../core/index.ts";
import { appendToLedger, openLedger, readLedger, type LedgerEntry, type WriteBytes } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "drillbook-ledger-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.ndjson`);

const healthy = healthyLedger();
const END: LedgerEntry = { kind: "end", atMs: 1 };

function write(entries: readonly LedgerEntry[] = healthy.entries): string {
  const path = fresh();
  using ledger = openLedger(path, healthy.header);
  for (const entry of entries) ledger.record(entry);
  return path;
}

async function refusal(path: string): Promise<DrillError> {
  const thrown: unknown = await readLedger(path).catch((error: unknown) => error);
  if (!(thrown instanceof DrillError)) throw new Error(`expected a DrillError, got ${String(thrown)}`);
  return thrown;
}

test("what is written is read back, every kind of entry", async () => {
  const trouble: LedgerEntry = {
    kind: "trouble",
    atMs: 2,
    outcome: "broken",
    phase: "fault",
    message: "a\nb\u0000c \u{1f4a5}",
  };
  const fatal: LedgerEntry = {
    kind: "log-line",
    atMs: 3,
    notBeforeMs: 2.5,
    node: "n1",
    process: "etcd",
    line: '{"level":"fatal"}',
  };
  const absent: LedgerEntry = { kind: "absent", atMs: 3, what: "watches", reason: "it has none" };
  const stretch: LedgerEntry = { kind: "stretch", atMs: 3, event: "begins", lost: ["n2"] };
  const read = {
    kind: "service-read",
    atMs: 4,
    node: "n1",
    sentAtMs: 3,
    read: "local",
    ok: true,
    reason: null,
  } as const;
  const node: LedgerEntry = {
    kind: "node",
    atMs: 5,
    node: "events-1",
    address: "127.0.50.4",
    clientUrl: "https://127.0.50.4:2379",
    peerUrl: "https://127.0.50.4:2380",
    startsAs: "member",
  };
  const beside: LedgerEntry = { kind: "bystander", atMs: 5, cluster: "events", entry: node };
  const entries = [...healthy.entries, trouble, fatal, absent, stretch, read, beside];
  const path = write(entries);
  expect(await readLedger(path)).toEqual({ ...healthy, entries });
  const kinds = new Set(
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as LedgerEntry).kind),
  );
  // The header and every kind of entries.ts.
  expect(kinds.size).toBe(40);
});

test("an existing ledger is never overwritten", () => {
  const path = write();
  expect(() => openLedger(path, healthy.header)).toThrow(/cannot be written.*EEXIST/);
});

test("flush puts everything on disk before it returns; close refuses what comes later", async () => {
  const path = fresh();
  const ledger = openLedger(path, healthy.header);
  expect((await readLedger(path)).entries).toEqual([]);
  ledger.record(END);
  ledger.flush();
  expect((await readLedger(path)).entries).toEqual([END]);
  ledger.close();
  ledger.close();
  expect(() => ledger.record(END)).toThrow(/after the ledger was closed/);
});

test("subscribers hear each entry once, in order, until they leave", () => {
  using ledger = openLedger(fresh(), healthy.header);
  const heard: number[] = [];
  const listener = (entry: LedgerEntry): void => void heard.push(entry.atMs);
  ledger.record({ kind: "end", atMs: 0 });
  const one = ledger.subscribe(listener);
  const two = ledger.subscribe(listener);
  ledger.record({ kind: "end", atMs: 1 });
  one[Symbol.dispose]();
  ledger.record({ kind: "end", atMs: 2 });
  two[Symbol.dispose]();
  ledger.record({ kind: "end", atMs: 3 });
  expect(heard).toEqual([1, 1, 2]);
});

describe("a disk that fails", () => {
  /** Writes `room` bytes, then fails as a full disk does. */
  const fullAfter = (room: number): WriteBytes => {
    let left = room;
    return (descriptor, bytes, offset) => {
      if (left <= 0) throw new Error("ENOSPC: no space left on device");
      const written = writeSync(descriptor, bytes, offset, Math.min(left, bytes.length - offset, 7));
      left -= written;
      return written;
    };
  };

  test("record() throws `environment` from then on, and what is on disk is a readable beginning", async () => {
    const headerBytes = Buffer.byteLength(`${JSON.stringify(healthy.header)}\n`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3000 }), async (room) => {
        const path = fresh();
        const ledger = openLedger(path, healthy.header, { write: fullAfter(headerBytes + room) });
        const recorded: LedgerEntry[] = [];
        let thrown: unknown;
        for (const entry of healthy.entries.slice(0, 100)) {
          try {
            ledger.record(entry);
            recorded.push(entry);
            ledger.flush();
          } catch (error) {
            thrown ??= error;
          }
        }
        expect(thrown).toMatchObject({ code: "environment" });
        expect(() => ledger.flush()).toThrow(/ENOSPC/);
        expect(() => ledger.close()).toThrow(/ENOSPC/);
        const back = await readLedger(path);
        expect(back.entries).toEqual(recorded.slice(0, back.entries.length));
        // All but the one that failed.
        expect(back.entries.length).toBe(recorded.length - 1);
      }),
      { numRuns: 50 },
    );
  });

  test("a ledger whose header cannot be written is not opened", () => {
    expect(() => openLedger(fresh(), healthy.header, { write: fullAfter(10) })).toThrow(/ENOSPC/);
  });
});

describe("a writer that was killed", () => {
  test("cut at any byte, the ledger is readable up to its last whole line, and stays so when something is added", async () => {
    const whole = write(healthy.entries.slice(0, 40));
    const bytes = readFileSync(whole);
    const headerEnd = bytes.indexOf("\n") + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: headerEnd, max: bytes.length }), async (length) => {
        const path = fresh();
        writeFileSync(path, bytes);
        truncateSync(path, length);
        const cut = bytes.subarray(0, length);
        const lines = cut.toString("latin1").split("\n").length - 2;
        const torn = cut.at(-1) !== 0x0a;
        expect(await readLedger(path)).toEqual({
          header: healthy.header,
          entries: healthy.entries.slice(0, lines),
          tornTail: torn,
        });
        appendToLedger(path, END);
        const after = await readLedger(path);
        expect(after).toEqual({
          header: healthy.header,
          entries: [...healthy.entries.slice(0, lines), END],
          tornTail: false,
        });
        if (torn)
          expect(
            Buffer.concat([readFileSync(path), readFileSync(`${path}.torn`)]).includes(
              cut.subarray(cut.lastIndexOf("\n") + 1),
            ),
          ).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test("a half line longer than a chunk is set aside whole", async () => {
    const path = write([]);
    appendFileSync(path, `{"kind":"${"x".repeat(200_000)}`);
    appendToLedger(path, END);
    expect((await readLedger(path)).entries).toEqual([END]);
    expect(readFileSync(`${path}.torn`).length).toBe(200_009);
  });

  test("cut within the header it is no ledger", async () => {
    const path = write();
    truncateSync(path, 20);
    expect(await refusal(path)).toMatchObject({ code: "usage" });
  });
});

describe("what is refused, and where it is", () => {
  const damaged: readonly (readonly [string, (line: string) => string, RegExp])[] = [
    ["a line that is not JSON", (line) => line.slice(0, 20), /:3: .*not JSON/],
    ["an unknown kind", () => '{"kind":"rumour","atMs":1}', /:3: .*kind "rumour" is not known/],
    ["a missing field", () => '{"kind":"end"}', /:3: .*atMs/],
    ["a field of the wrong type", () => '{"kind":"end","atMs":"1"}', /:3: .*atMs/],
    ["a number that is none", () => '{"kind":"end","atMs":null}', /:3: .*atMs/],
    ["an unknown field", () => '{"kind":"end","atMs":1,"more":1}', /:3: .*more/],
    ["an empty line", () => "", /:3: .*not JSON/],
    ["a revision as a number", () => '{"kind":"recovery-point","atMs":1,"revision":5,"because":""}', /:3: .*revision/],
  ];
  test.each(damaged)("%s", async (_what, damage, message) => {
    const path = write();
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, lines.map((line, index) => (index === 2 ? damage(line) : line)).join("\n"));
    const error = await refusal(path);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(path);
  });

  test("another schema version, with both versions named", async () => {
    const path = write();
    writeFileSync(path, readFileSync(path, "utf8").replace('"schemaVersion":5', '"schemaVersion":6'));
    const error = await refusal(path);
    expect(error.code).toBe("usage");
    expect(error.message).toMatch(/:1: .*version 6.*reads version 5/);
  });

  test("a check that this version does not know", async () => {
    const path = write();
    writeFileSync(path, readFileSync(path, "utf8").replace('"id":"converged"', '"id":"convinced"'));
    expect((await refusal(path)).message).toMatch(/:1: .*checks/);
  });

  test("no file, an empty file, a file of something else", async () => {
    expect(await refusal(fresh())).toMatchObject({ code: "environment" });
    for (const content of ["", "{}\n", '{"kind":"end","atMs":1}\n', "\u0000\u0001\n"]) {
      const path = fresh();
      writeFileSync(path, content);
      expect(await refusal(path)).toMatchObject({ code: "usage" });
    }
  });
});
