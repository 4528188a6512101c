import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endMarkerFinder } from "./end-marker.ts";
import { MARKER_FRAME } from "./shell-driver.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const frame = String.fromCharCode(MARKER_FRAME);
const marker = (status: number): Buffer => Buffer.from(`${frame}${TOKEN} ${status}${frame}`, "latin1");

/** Output that is nasty for the finder: pieces of the marker itself among other bytes. */
const output = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc.integer({ min: 1, max: TOKEN.length }).map((length) => marker(0).subarray(0, length)),
      fc.constant(Buffer.from(frame.repeat(3), "latin1")),
      fc.constant(Buffer.from(TOKEN, "latin1")),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

function inChunks(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe("the end marker of a block", () => {
  it("is found in any chunks, and every byte before and after it is handed on, in order", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(output, output, fc.integer({ min: 0, max: 255 }), sizes, (before, after, status, chunkSizes) => {
        const find = endMarkerFinder(TOKEN);
        const handed: Buffer[] = [];
        const rest: Buffer[] = [];
        let found: number | null = null;
        for (const chunk of inChunks(Buffer.concat([before, marker(status), after]), chunkSizes)) {
          if (found !== null) {
            rest.push(chunk);
            continue;
          }
          const seen = find(chunk);
          handed.push(seen.output);
          rest.push(seen.rest);
          found = seen.status;
        }
        expect(found).toBe(status);
        expect(Buffer.concat(handed).equals(before)).toBe(true);
        expect(Buffer.concat(rest).equals(after)).toBe(true);
      }),
    );
  });

  it("is not taken from another block's token, nor from printing the token", () => {
    const find = endMarkerFinder(TOKEN);
    const other = Buffer.from(`${frame}${"f".repeat(32)} 0${frame}token=${TOKEN} 0\n`, "latin1");
    expect(find(other)).toEqual({ output: other, status: null, rest: Buffer.alloc(0) });
  });

  it("is only what has a status and its end: anything else after the token is output", () => {
    for (const text of [
      `${frame}${TOKEN} 0x`,
      `${frame}${TOKEN} ${frame}`,
      `${frame}${TOKEN} 1234${frame}`,
      `${frame}${TOKEN} `.repeat(3),
    ]) {
      const find = endMarkerFinder(TOKEN);
      const seen = [find(Buffer.from(text, "latin1")), find(Buffer.from("y")), find(marker(7))];
      expect(seen.map(({ status }) => status)).toEqual([null, null, 7]);
      expect(Buffer.concat(seen.map((one) => one.output)).toString("latin1")).toBe(`${text}y`);
    }
  });

  it("holds back no more than the beginning of a marker", () => {
    const find = endMarkerFinder(TOKEN);
    expect(find(Buffer.from("x".repeat(1_000_000))).output.length).toBe(1_000_000);
    expect(find(Buffer.from(`x${frame}0123`, "latin1")).output.toString()).toBe("x");
    expect(find(Buffer.from("y")).output.toString("latin1")).toBe(`${frame}0123y`);
  });
});
