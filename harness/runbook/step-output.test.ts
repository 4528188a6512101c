import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { secretFinder } from "../core/index.ts";
import { KEPT_OUTPUT_BYTES, openStepOutput, TAIL_CHARACTERS, type KeptOutput } from "./step-output.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drillbook-output-"));
});
afterEach(async () => rm(folder, { recursive: true }));

async function keep(file: string, chunks: readonly Uint8Array[], keptBytes?: number): Promise<KeptOutput> {
  const output = await openStepOutput(
    join(folder, "steps", file),
    secretFinder({ MY_TOKEN: "hunter2-hunter2" }),
    keptBytes,
  );
  for (const chunk of chunks) output.write(chunk);
  return output.close();
}

test("what a step prints is kept as it came, byte by byte", async () => {
  const chunks = [Buffer.from([0xff, 0x00]), Buffer.from("text\r\n"), Buffer.from([])];
  await expect(keep("a.txt", chunks)).resolves.toMatchObject({ bytes: 8, trouble: null });
  await expect(readFile(join(folder, "steps/a.txt"))).resolves.toEqual(Buffer.concat(chunks));
});

test("a step that prints nothing has an empty file, which is not the same as none", async () => {
  await expect(keep("a.txt", [])).resolves.toEqual({ bytes: 0, tail: "", redactions: 0, trouble: null });
  await expect(readFile(join(folder, "steps/a.txt"), "utf8")).resolves.toBe("");
});

test("beyond the limit the file is cut and says by how much; the count and the end stay true", async () => {
  const kept = await keep("a.txt", ["abcd", "efgh", "ijkl"].map(Buffer.from), 6);
  expect(kept).toEqual({ bytes: 12, tail: "abcdefghijkl", redactions: 0, trouble: null });
  await expect(readFile(join(folder, "steps/a.txt"), "utf8")).resolves.toBe(
    "abcdef\n[cut here: 6 bytes more were printed and are not kept]\n",
  );
});

test("a step that prints fifty megabytes leaves a file of ten", async () => {
  const chunk = Buffer.alloc(1_000_000, "x");
  const kept = await keep(
    "a.txt",
    Array.from({ length: 50 }, () => chunk),
  );
  expect(kept.bytes).toBe(50_000_000);
  const file = await readFile(join(folder, "steps/a.txt"));
  expect(file.length).toBeLessThan(KEPT_OUTPUT_BYTES + 100);
  expect(file.subarray(KEPT_OUTPUT_BYTES).toString()).toContain("cut here: 40000000 bytes");
});

test("a buffer that its sender uses again does not change what was kept", async () => {
  const chunk = Buffer.from("first ");
  const output = await openStepOutput(join(folder, "a.txt"), secretFinder());
  output.write(chunk);
  chunk.write("second");
  output.write(chunk);
  await expect(output.close()).resolves.toMatchObject({ tail: "first second" });
  await expect(readFile(join(folder, "a.txt"), "utf8")).resolves.toBe("first second");
});

test("an older file is never written over", async () => {
  await keep("a.txt", [Buffer.from("old")]);
  const kept = await keep("a.txt", [Buffer.from("new")]);
  expect(kept).toMatchObject({ bytes: 3, tail: "new", trouble: expect.stringContaining("EEXIST") });
  await expect(readFile(join(folder, "steps/a.txt"), "utf8")).resolves.toBe("old");
});

test("the tail is the end of the text, in whole characters, however it is cut into chunks", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 30 }).map((part) => part.repeat(300));
  let file = 0;
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 30_000 }), async (printed, chunkBytes) => {
      const bytes = Buffer.from(printed);
      const chunks = [];
      for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
      const { tail } = await keep(`${file++}.txt`, chunks);
      expect(printed.endsWith(tail)).toBe(true);
      expect(tail.isWellFormed()).toBe(true);
      expect(tail.length).toBeLessThanOrEqual(TAIL_CHARACTERS);
      // One less where the cut would have split a surrogate pair.
      expect(tail.length).toBeGreaterThanOrEqual(Math.min(printed.length, TAIL_CHARACTERS) - 1);
    }),
    { numRuns: 50 },
  );
});

test("no secret is written: neither to the file nor, beyond its limit, to the tail; the count of bytes stays true", async () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${"MIIE".repeat(400)}\n-----END PRIVATE KEY-----\n`;
  const printed = Buffer.from(`start hunter2-hunter2\n${key}${"x\n".repeat(50_000)}${key}B_TOKEN=MIIE end\n`);
  const whole = await keep("a.txt", [printed.subarray(0, 30), printed.subarray(30, 50), printed.subarray(50)]);
  expect(whole).toMatchObject({ bytes: printed.length, redactions: 4, trouble: null });
  const file = await readFile(join(folder, "steps/a.txt"), "utf8");
  expect(file.replaceAll("x\n", "")).toBe(
    "start [secret left out: value of a variable]\n[secret left out: private key]\n[secret left out: private key]\nB_TOKEN=[secret left out: named a secret] end\n",
  );
  expect(whole.tail).toMatch(/private key\]\nB_TOKEN=\[secret left out: named a secret\] end\n$/);

  const cut = await keep("b.txt", [printed], 1000);
  expect(cut).toMatchObject({ bytes: printed.length, tail: whole.tail });
  expect(await readFile(join(folder, "steps/b.txt"), "utf8")).not.toMatch(/hunter2|MIIE/);
});

test("a key whose beginning was left behind long ago does not show in the tail", async () => {
  const { tail } = await keep("a.txt", [
    Buffer.from("x".repeat(100_000)),
    Buffer.from("MIIE\n-----END PRIVATE KEY-----\nend\n"),
  ]);
  expect(tail).not.toContain("MIIE");
  expect(tail).toMatch(/end\n$/);
});
