import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { healthyLedger } from "../../fixtures/ledgers/build.ts";
import type { LedgerEntry } from "./entries.ts";
import { canonicalLine } from "./canonical-line.ts";
import { OPERATION_SCHEMAS } from "./schema-operations.ts";
import { parseEntry, quickEntry } from "./schema.ts";

const HOT: ReadonlySet<string> = new Set(["operation", "service-probe", "read-back", "watch-events"]);
const { entries } = healthyLedger();
const hot = entries.filter((entry) => HOT.has(entry.kind));

const quickly = (text: string): LedgerEntry | undefined => {
  // In the middle of other bytes, as in the reader's buffer.
  const bytes = Buffer.from(`"}]${text}"}]`);
  return quickEntry(bytes, 3, bytes.length - 3);
};

/** The entry by JSON.parse and the schema; undefined when it is refused. */
const slowly = (text: string): LedgerEntry | undefined => {
  try {
    const parsed = parseEntry(JSON.parse(text));
    return typeof parsed === "string" ? undefined : parsed;
  } catch {
    return undefined;
  }
};

describe("canonicalLine", () => {
  it("knows the lines that the writer writes of the hot kinds", () => {
    const unknown = hot.filter((entry) => quickly(JSON.stringify(entry)) === undefined);
    expect(unknown).toEqual([]);
    for (const entry of hot) expect(quickly(JSON.stringify(entry))).toStrictEqual(entry);
  });

  it("never says anything else of a line than the schema does, whatever was done to the line", () => {
    const bits = fc.constantFrom(
      ...'{}[],:"\\-.0123456789eE+ \n\té\u0000'.split(""),
      "null",
      "true",
      "1e3",
      "00",
      "-1",
      "\\u0041",
      '"kind":',
      '"id":7,',
      "9007199254740993",
      "0.1000000000000000055511151231257827",
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...hot.filter((_, index) => index % 7 === 0)),
        fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(3), put: bits }), {
          minLength: 1,
          maxLength: 3,
        }),
        (entry, changes) => {
          let text = JSON.stringify(entry);
          for (const { at, cut, put } of changes) {
            const from = Math.floor(at * text.length);
            text = text.slice(0, from) + put + text.slice(from + cut);
          }
          const quick = quickly(text);
          if (quick !== undefined) expect(quick).toStrictEqual(slowly(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("reads every number as JSON does, or leaves it alone", () => {
    const read = canonicalLine(OPERATION_SCHEMAS["service-probe"]);
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.nat(), fc.double({ min: 0, max: 1e7 })), (atMs) => {
        const text = `{"kind":"service-probe","atMs":${JSON.stringify(atMs)},"node":"n1","sentAtMs":1,"ok":true,"reason":null}`;
        const bytes = Buffer.from(text);
        const quick = read(bytes, 0, bytes.length);
        if (quick !== undefined) expect(quick).toStrictEqual(slowly(text));
        if (atMs > 1e-6 && atMs < 1e20) expect(quick).toBeDefined();
      }),
    );
  });

  it("takes no number that only infinity is as large as", () => {
    const read = canonicalLine(OPERATION_SCHEMAS["service-probe"]);
    const nines = "9".repeat(400);
    for (const number of [nines, `${nines}.5`]) {
      const text = `{"kind":"service-probe","atMs":${number},"node":"n1","sentAtMs":1,"ok":true,"reason":null}`;
      const bytes = Buffer.from(text);
      expect(slowly(text)).toBeUndefined();
      expect(read(bytes, 0, bytes.length)).toBeUndefined();
    }
  });

  it("gives a page that is the same, byte for byte, as the same array, and another page as another one", () => {
    const items = Array.from({ length: 100 }, (_, index) => ({ key: `k${index}`, valueHash: "h", revision: "1" }));
    const line = (node: string, last: string): LedgerEntry | undefined => {
      const page = [...items, { key: "last", valueHash: last, revision: "2" }].map((item) => ({ ...heldKey, ...item }));
      return quickly(JSON.stringify({ kind: "read-back", atMs: 1, pass: "after-restart", node, items: page }));
    };
    const [one, two, other] = [line("n1", "a"), line("n2", "a"), line("n3", "b")];
    if (one?.kind !== "read-back" || two?.kind !== "read-back" || other?.kind !== "read-back")
      throw new Error("unread");
    expect(two.node).toBe("n2");
    expect(two.items).toBe(one.items);
    expect(other.items.at(-1)).toMatchObject({ key: "last", valueHash: "b" });
  });

  it("refuses to be made of a schema that could refuse more than it knows of", () => {
    expect(() => canonicalLine(z.strictObject({ a: z.string().max(3) }))).toThrow("string");
    expect(() => canonicalLine(z.strictObject({ a: z.null() }).refine(() => false))).toThrow("object");
  });
});

/** An item of a page, for the fields that do not matter here. */
const heldKey = entries.flatMap((entry) => (entry.kind === "read-back" ? entry.items : []))[0];
