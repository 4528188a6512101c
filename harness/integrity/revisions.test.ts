import fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../../fixtures/property-seed.ts";
import { keysByRevision } from "./keys-by-revision.ts";
import { revisionOf } from "./revision.ts";

/** Around the border of what a double holds, and beyond 64 bits. */
const decimals = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc.bigInt({ min: 10n ** 15n - 3n, max: 10n ** 15n + 3n }),
);

describe("a revision", () => {
  it("compares as the number that it is, and is printed as it", () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        const [one, other] = [revisionOf(String(a)), revisionOf(String(b))];
        expect([one < other, one === other, one > other, String(one)]).toEqual([a < b, a === b, a > b, String(a)]);
      }),
    );
  });

  it("has one form, however many zeros stand before it", () => {
    expect(revisionOf("00000000000000000042")).toBe(revisionOf("42"));
  });
});

describe("keys by revision", () => {
  it("knows each change that was added, in whatever order changes come and are asked for", () => {
    const change = fc.record({
      isAsked: fc.boolean(),
      revision: fc.integer({ min: 0, max: 9 }),
      key: fc.constantFrom("a", "b", "c"),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const known = new Set<string>();
        const index = keysByRevision();
        for (const { isAsked, key, revision } of changes) {
          const was = known.has(`${revision} ${key}`);
          expect(isAsked ? index.has(revision, key) : index.add(revision, key)).toBe(was);
          if (!isAsked) known.add(`${revision} ${key}`);
        }
      }),
    );
  });
});
