import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test } from "vitest";
import {
  closedName,
  closedSegment,
  entries,
  metadata,
  openSegment,
  snapshot,
} from "../../fixtures/inspect/dqlite-folder.ts";
import { etcdFolder, walEntries } from "../../fixtures/inspect/etcd-folder.ts";
import { flipped, without, type Files } from "../../fixtures/inspect/folder.ts";
import { runCommandLine } from "./command-line.ts";
import { inspectJsonSchema } from "./inspect-document.ts";
import { openStoreFolder } from "../system/open-store-folder.ts";

const root = mkdtempSync(join(tmpdir(), "drillbook-inspect-"));
afterAll(() => rmSync(root, { recursive: true }));

function write(name: string, files: Files): void {
  for (const [file, bytes] of Object.entries(files)) {
    const path = join(root, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

const FRESH: Files = {
  ...metadata(3, 2),
  ...metadata(4, 2),
  [closedName(1, 10)]: closedSegment(entries(1, 10)),
  "open-1": openSegment(entries(2, 5, 11)),
  ...snapshot(1, 8),
  "info.yaml": Buffer.from("Address: 10.0.0.1:19001\nID: 1\nRole: 0\n"),
};
const STALE: Files = {
  ...FRESH,
  "open-1": openSegment(entries(2, 2, 11)),
  "info.yaml": Buffer.from("Address: 10.0.0.2:19001\nID: 2\nRole: 0\n"),
};

write("fresh", FRESH);
write("stale", STALE);
write("damaged", flipped(FRESH, closedName(1, 10), 100, 1));
write("torn", flipped(FRESH, "open-1", 130, 1));
write("etcd", etcdFolder({ wal: [[...walEntries(1, 1, 3), { kind: "state", term: 1, committed: 3 }]], applied: 3 }));
write("both", { ...FRESH, "member/snap/db": Buffer.alloc(1) });
write("demo", Object.fromEntries(Object.entries(FRESH).map(([name, bytes]) => [`127.0.0.1:9001/${name}`, bytes])));
write("empty", { readme: Buffer.alloc(1) });

interface Said {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

async function inspect(...args: readonly string[]): Promise<Said> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, errors] = [text(stdout), text(stderr)];
  const code = await runCommandLine(["inspect", ...args], { stdout, stderr, cwd: root, environment: {} });
  stdout.end();
  stderr.end();
  return { code, out: await out, errors: await errors };
}

describe("what it says", () => {
  test("the freshest of two, and what the other would lose", async () => {
    const { code, out } = await inspect("stale", "fresh");
    expect(out).toMatchInlineSnapshot(`
      "stale: dqlite, member 2 at 10.0.0.2:19001
        last entry  term 2, index 12 (open-1)
        own term    2
        committed   at least up to entry 8
        snapshots   term 1, index 8
        nothing is wrong with what can be checked

      fresh: dqlite, member 1 at 10.0.0.1:19001
        last entry  term 2, index 15 (open-1)
        own term    2
        committed   at least up to entry 8
        snapshots   term 1, index 8
        nothing is wrong with what can be checked

      Freshest: fresh (term 2, index 15).
        Choosing stale instead: at most 3 entries (13 to 15) would be lost (both logs hold the same entry 12).
      What was committed cannot be known from folders alone; the freshest of a majority of the members has all of it.
      "
    `);
    expect(code).toBe(0);
  });

  test("damage: named with its place, and the best without it", async () => {
    const { code, out } = await inspect("damaged", "stale");
    expect(out).toMatchInlineSnapshot(`
      "damaged: dqlite, member 1 at 10.0.0.1:19001
        last entry  term 1, index 8 (snapshot-1-8-1000)
        beyond      term 2, index 15, behind what is missing or damaged
        own term    2
        committed   at least up to entry 8
        snapshots   term 1, index 8
        DAMAGE: 0000000000000001-0000000000000010, byte 8: the batch that begins here is not whole (the checksum of its header does not fit); dqlite does not start, or (auto-recovery, its default) sets this and every open segment aside, and starts without what is in them
        DAMAGE: open-1: entries 9 to 10 are missing before this file; dqlite does not start, or starts without what follows

      stale: dqlite, member 2 at 10.0.0.2:19001
        last entry  term 2, index 12 (open-1)
        own term    2
        committed   at least up to entry 8
        snapshots   term 1, index 8
        nothing is wrong with what can be checked

      Freshest without damage: stale (term 2, index 12).
        damaged is damaged, and shows entries that are later than the freshest without damage.
        Entries beyond it are in damaged.
        Choosing damaged instead: at most 4 entries (9 to 12) would be lost (nothing behind entry 8 is of use in the one).
        Choosing stale drops at most 3 entries (13 to 15) that only damaged has.
        0000000000000001-0000000000000010 has the same name in damaged and stale, other content.
      What was committed cannot be known from folders alone; the freshest of a majority of the members has all of it.
      "
    `);
    expect(code).toBe(1);
  });

  test("an end that may be a crash or damage: cannot tell", async () => {
    const { code, out } = await inspect("torn");
    expect(out).toContain("cannot tell: open-1, byte 8");
    expect(code).toBe(4);
  });

  test("another store", async () => {
    const { code, out } = await inspect("etcd");
    expect(out).toMatchInlineSnapshot(`
      "etcd: etcd, member 8211f1d0f64f3269, cluster ef37ad9dc622a7c4
        last entry  term 1, index 3 (member/wal/0000000000000000-0000000000000000.wal)
        own term    1
        committed   at least up to entry 3
        snapshots   none
        database    entry 3 applied, revision 1
        nothing is wrong with what can be checked

      Freshest: etcd (term 1, index 3).
      "
    `);
    expect(code).toBe(0);
    expect((await inspect("etcd", "fresh")).code).toBe(4);
  });

  test("one JSON object that its schema describes", async () => {
    const { code, out } = await inspect("stale", "fresh", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      stores: [
        { folder: "stale", last: { term: "2", index: "12" } },
        { folder: "fresh", state: "whole", entries: [{ fromIndex: "1", toIndex: "15" }] },
      ],
      comparison: { freshest: ["fresh"], candidates: [{ loss: { atMost: "3" } }, { loss: null }] },
    });
  });
});

describe("what it cannot use", () => {
  test.each<readonly [string, readonly string[], string]>([
    ["no such folder", ["nowhere"], "There is no folder nowhere. Name the folder that holds the store's files."],
    ["a file", ["fresh/metadata1"], "fresh/metadata1 is no folder."],
    ["no store", ["empty"], "empty holds no store of dqlite or etcd. dqlite: the folder with metadata1"],
    ["the store is below it", ["demo"], "Did you mean demo/127.0.0.1:9001?"],
    ["two stores", ["both"], "both holds files of dqlite and of etcd"],
    ["the same folder twice", ["fresh", "./fresh/"], "./fresh/ is given twice."],
    ["nothing", [], "missing required argument 'folder'"],
  ])("%s: exit code 2, the place and the remedy", async (_, args, said) => {
    const { code, out, errors } = await inspect(...args);
    expect(errors).toContain(said);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  test.skipIf(process.getuid?.() === 0)("a folder that this user may not read: exit code 3", async () => {
    write("locked", FRESH);
    chmodSync(join(root, "locked"), 0);
    const { code, errors } = await inspect("locked");
    chmodSync(join(root, "locked"), 0o700);
    expect(errors).toContain("Run it as root");
    expect(code).toBe(3);
  });
});

describe("it leaves no trace", () => {
  test("no byte, no name, no time of a file is other than before", async () => {
    const [hashes, before] = [hashesOf("fresh"), tracesOf("fresh")];
    await inspect("fresh");
    await inspect("fresh", "stale", "--json");
    expect(tracesOf("fresh")).toEqual(before);
    expect(hashesOf("fresh")).toEqual(hashes);
  });

  test("a store that is in use is said to be so", () => {
    write("used", FRESH);
    using folder = openStoreFolder(join(root, "used"), "used");
    expect(folder.change()).toBeUndefined();
    utimesSync(join(root, "used", "open-1"), 1, 1);
    expect(folder.change()).toBe("open-1");
  });

  test("a WAL that lies elsewhere is read through its link", async () => {
    write("linked", without(etcdFolder({ wal: [[]], applied: 0 }), "member/wal/0000000000000000-0000000000000000.wal"));
    symlinkSync(join(root, "etcd", "member", "wal"), join(root, "linked", "member", "wal"));
    expect((await inspect("linked")).out).toContain("term 1, index 3");
  });
});

/** Names, sizes and all times, the last access included. */
function tracesOf(name: string): readonly string[] {
  return readdirSync(join(root, name)).map((file) => {
    const { mtimeMs, ctimeMs, atimeMs, size } = statSync(join(root, name, file));
    return [file, size, mtimeMs, ctimeMs, atimeMs].join(" ");
  });
}

function hashesOf(name: string): readonly string[] {
  return readdirSync(join(root, name)).map((file) =>
    createHash("sha256")
      .update(readFileSync(join(root, name, file)))
      .digest("hex"),
  );
}

// `npx vitest run harness/cli/inspect -u` writes it anew after a wanted change.
test("the published JSON Schema is that of the code", async () => {
  await expect(`${JSON.stringify(inspectJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(
    "../../docs/inspect.schema.json",
  );
});
