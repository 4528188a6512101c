/** The reader against any bytes: it reads, or refuses with the file and the line. It throws nothing else and never hangs. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { healthyLedger } from "../../fixtures/ledgers/build.ts";
import { DrillError } from "../core/index.ts";
import { judge } from "../integrity/index.ts";
import { openLedger, readLedger, type Ledger } from "./index.ts";
import { MAX_LINE_BYTES } from "./lines.ts";

const folder = mkdtempSync(join(tmpdir(), "drillbook-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "ledger.ndjson");

const healthy = healthyLedger();
/** One of each kind, so that every schema is met. */
const KINDS = [...new Map(healthy.entries.map((entry) => [entry.kind, entry])).values()];
const LINES = [healthy.header, ...KINDS].map((line) => JSON.stringify(line));
const BYTES = Buffer.from(`${LINES.join("\n")}\n`);

/** What came of reading these bytes. */
async function read(bytes: Uint8Array): Promise<Ledger | DrillError> {
  writeFileSync(path, bytes);
  try {
    return await readLedger(path);
  } catch (error) {
    if (!(error instanceof DrillError)) throw new Error(`not a refusal: ${String(error)}`, { cause: error });
    return error;
  }
}

function expectRefusalOrLedger(outcome: Ledger | DrillError): void {
  if (!(outcome instanceof DrillError)) return void judge(outcome);
  expect(outcome.message).toContain(path);
  if (outcome.code !== "usage") expect(outcome.message).toMatch(/ledger\.ndjson:\d+: /);
  expect(outcome.message.length).toBeLessThan(1000);
}

test("any bytes at all", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.boolean(), async (some, behindHeader) => {
      const before = behindHeader ? Buffer.from(`${LINES[0]}\n`) : Buffer.alloc(0);
      expectRefusalOrLedger(await read(Buffer.concat([before, some])));
    }),
    { numRuns: 300 },
  );
});

test("a ledger with bytes changed, put in or taken out, anywhere", async () => {
  const edit = fc.record({ at: fc.nat(BYTES.length), cut: fc.nat(4), put: fc.uint8Array({ maxLength: 4 }) });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      const bytes = edits.reduce(
        (done, { at, cut, put }) => Buffer.concat([done.subarray(0, at), put, done.subarray(at + cut)]),
        BYTES,
      );
      const outcome = await read(bytes);
      if (outcome instanceof DrillError) refused++;
      expectRefusalOrLedger(outcome);
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(200);
});

test("any value in the place of any field", async () => {
  const objects = [healthy.header, ...KINDS];
  await fc.assert(
    fc.asyncProperty(fc.nat(objects.length - 1), fc.nat(30), fc.jsonValue(), async (index, field, value) => {
      const lines = objects.map((object, at) => {
        const names = Object.keys(object);
        return JSON.stringify(at === index ? { ...object, [names[field % names.length] ?? "kind"]: value } : object);
      });
      expectRefusalOrLedger(await read(Buffer.from(`${lines.join("\n")}\n`)));
    }),
    { numRuns: 300 },
  );
});

test.each<readonly [string, Buffer, RegExp]>([
  ["a byte that is no text", Buffer.concat([BYTES, Buffer.from([0x22, 0xff, 0x22, 0x0a])]), /:\d+: .*not UTF-8/],
  ["a damaged character in a name", damaged(), /:\d+: .*not UTF-8/],
  [
    "zeros, as a power cut leaves them",
    Buffer.concat([BYTES, Buffer.alloc(4096), Buffer.from("\n")]),
    /:\d+: .*not JSON/,
  ],
  ["lines of another system", Buffer.from(BYTES.toString().replaceAll("\n", "\r")), /no ledger|not a ledger/],
  ["a mark at its begin", Buffer.concat([Buffer.from("\ufeff"), BYTES]), /not a ledger/],
  ["nesting without end", Buffer.from(`${LINES[0]}\n${"[".repeat(3_000_000)}\n`), /:2: /],
  [
    "an object that nests without end",
    Buffer.from(`${LINES[0]}\n${'{"kind":'.repeat(300_000)}1${"}".repeat(300_000)}\n`),
    /:2: /,
  ],
  [
    "a line without end",
    Buffer.concat([Buffer.from(`${LINES[0]}\n`), Buffer.alloc(MAX_LINE_BYTES + 1, "x")]),
    /:2: .*longer than 64 MiB/,
  ],
  [
    "a version of a megabyte",
    Buffer.from(`{"kind":"header","schemaVersion":"${"9".repeat(1_000_000)}"}\n`),
    /schema version/,
  ],
  ["a second header", Buffer.from(`${LINES[0]}\n${LINES[0]}\n`), /:2: /],
  ["a prototype", Buffer.from(`${LINES[0]}\n{"kind":"end","atMs":1,"__proto__":{}}\n`), /:2: /],
])("refuses %s", async (_what, bytes, message) => {
  const outcome = await read(bytes);
  expect(outcome).toBeInstanceOf(DrillError);
  expect((outcome as DrillError).message).toMatch(message);
  expectRefusalOrLedger(outcome);
});

/** One byte of a character outside ASCII is wrong, within a text that is otherwise as the schema wants it. */
function damaged(): Buffer {
  const line = Buffer.from(`${JSON.stringify({ kind: "detection", atMs: 1, rule: "für" })}\n`);
  line[line.indexOf(0xc3)] = 0xfe;
  return Buffer.concat([BYTES, line]);
}

test("a ledger of no entry is read, and proves nothing", async () => {
  const outcome = await read(Buffer.from(`${LINES[0]}\n`));
  expect(outcome).toMatchObject({ entries: [], tornTail: false });
  expect(judge(outcome as Ledger).outcome).toBe("interrupted");
});

test("what cannot be opened is told with its place: a folder, a link in a circle, a file below a file", async () => {
  const inFolder = join(folder, "folder.ndjson");
  mkdirSync(inFolder);
  const circle = join(folder, "circle.ndjson");
  symlinkSync(circle, circle);
  {
    using _ledger = openLedger(join(folder, "plain.ndjson"), healthy.header);
  }
  for (const [place, why] of [
    [inFolder, /EISDIR/],
    [circle, /ELOOP/],
    [join(folder, "plain.ndjson", "ledger.ndjson"), /ENOTDIR/],
  ] as const) {
    const error: unknown = await readLedger(place).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "environment", message: expect.stringContaining(place) });
    expect((error as Error).message).toMatch(why);
  }
});
