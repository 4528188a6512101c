import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/index.ts";
import type { OperationOutcome } from "../ledger/index.ts";
import { clientKeys, type PlannedWrite } from "./keys.ts";

const outcomes = fc.constantFrom<OperationOutcome>("acknowledged", "refused", "unknown");

describe("clientKeys", () => {
  it("never has two writes of one key under way, and never uses a key of unknown fate again", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.record({ settleFirst: fc.boolean(), outcome: outcomes }), { maxLength: 300 }),
        (seed, turns) => {
          const keys = clientKeys("c1", seededRandom(seed));
          const underWay: PlannedWrite[] = [];
          const retired = new Set<string>();
          for (const { settleFirst, outcome } of turns) {
            const settled = settleFirst ? underWay.shift() : undefined;
            if (settled !== undefined) {
              keys.settle(settled, outcome);
              if (outcome === "unknown") retired.add(settled.key);
            }
            const write = keys.planWrite();
            expect(underWay.map((other) => other.key)).not.toContain(write.key);
            expect(retired).not.toContain(write.key);
            underWay.push(write);
          }
        },
      ),
    );
  });

  it("overwrites and deletes, and not only creates", () => {
    const keys = clientKeys("c1", seededRandom(1));
    const seen = { new: 0, overwrite: 0, delete: 0 };
    const known = new Set<string>();
    for (let turn = 0; turn < 1000; turn++) {
      const write = keys.planWrite();
      seen[write.op === "delete" ? "delete" : known.has(write.key) ? "overwrite" : "new"]++;
      known.add(write.key);
      keys.settle(write, "acknowledged");
    }
    expect(seen.new).toBeGreaterThan(500);
    expect(seen.overwrite).toBeGreaterThan(200);
    expect(seen.delete).toBeGreaterThan(50);
  });

  it("plans the same writes for the same seed", () => {
    const plan = (): readonly PlannedWrite[] => {
      const keys = clientKeys("c1", seededRandom(42));
      return Array.from({ length: 50 }, () => {
        const write = keys.planWrite();
        keys.settle(write, "acknowledged");
        return write;
      });
    };
    expect(plan()).toEqual(plan());
  });
});
