import { describe, expect, test } from "vitest";
import { lineReader, readWatchLine } from "./watch-lines.ts";

const line = (type: string, object: unknown): string => JSON.stringify({ type, object });
const object = { kind: "PodTemplate", metadata: { name: "drillbook.key.c1.0000001", resourceVersion: "42" } };
const status = (code: number, message: string): unknown => ({ kind: "Status", status: "Failure", code, message });

describe("a line of a watch", () => {
  test.each([
    ["ADDED", "put"],
    ["MODIFIED", "put"],
    ["DELETED", "delete"],
  ])("%s is a %s", (type, op) => {
    expect(readWatchLine(line(type, object), "7")).toEqual({
      event: { op, key: "drillbook/key/c1/0000001", revision: "42" },
    });
  });

  test("that revisions are gone tells from which on they are kept", () => {
    const reason = "too old resource version: 6 (1200)";
    expect(readWatchLine(line("ERROR", status(410, reason)), "7")).toEqual({
      end: { kind: "cancelled", reason, compactRevision: "1201" },
    });
  });

  test("that revisions are gone, and not how many, tells of what was asked for", () => {
    expect(readWatchLine(line("ERROR", status(410, "it is too old")), "7")).toMatchObject({
      end: { compactRevision: "7" },
    });
  });

  test("another error ends it, and nothing is gone", () => {
    expect(readWatchLine(line("ERROR", status(500, "etcdserver: no leader")), "7")).toEqual({
      end: { kind: "cancelled", reason: "etcdserver: no leader", compactRevision: null },
    });
  });

  test.each([
    "",
    "{",
    "null",
    line("MOVED", object),
    line("ADDED", {}),
    line("ADDED", { metadata: { name: "", resourceVersion: "42" } }),
    line("ADDED", { metadata: { name: "a", resourceVersion: "later" } }),
    line("ERROR", {}),
  ])("is not taken for anything: %s", (text) => {
    expect(readWatchLine(text, "7")).toBeNull();
  });
});

test("lines come whole, however the stream is cut, and the last one when it has ended", () => {
  const text = `${line("ADDED", { name: "ä" })}\n\n${line("ERROR", "ü")}\nrest`;
  const bytes = Buffer.from(text, "utf8");
  for (let size = 1; size <= bytes.length; size++) {
    const read = lineReader();
    const lines: string[] = [];
    for (let from = 0; from < bytes.length; from += size) lines.push(...read(bytes.subarray(from, from + size)));
    expect(lines, String(size)).toEqual(text.split("\n").slice(0, -1));
  }
});
