/** Clients that go on where a record ends, as in a fork. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/index.ts";
import type { LeaseEntry, LedgerEntry, OperationEntry, OperationOutcome } from "../ledger/index.ts";
import { clientKeys, type PlannedRequest } from "./keys.ts";
import { heldBy, leftAlone } from "./lease-record.ts";
import { lostWatches, watcherAfter } from "./watcher-record.ts";

const outcomes = fc.constantFrom<OperationOutcome>("acknowledged", "refused", "unknown");

/** What stands on record of a request. */
function recorded(request: PlannedRequest, firstId: number, outcome: OperationOutcome): readonly OperationEntry[] {
  return request.writes.map(({ op, key }, index) => ({
    kind: "operation",
    atMs: firstId,
    id: firstId + index,
    transaction: request.writes.length > 1 || request.onlyIf !== null ? firstId : null,
    client: "c1",
    node: "n1",
    op,
    key,
    valueHash: null,
    scheduledAtMs: firstId,
    sentAtMs: firstId,
    outcome,
    revision: outcome === "acknowledged" ? String(firstId + 2) : null,
    reason: outcome === "acknowledged" ? null : "deadline",
  }));
}

describe("the keys of a client that goes on", () => {
  it("are those of its record, but for those of unknown fate; new ones have new names", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(outcomes, { minLength: 1, maxLength: 60 }), (seed, answers) => {
        const before = clientKeys("c1", seededRandom(seed));
        const record: OperationEntry[] = [];
        for (const outcome of answers) {
          const request = before.planWrite();
          const entries = recorded(request, record.length, outcome);
          before.settle(request, { outcome, revision: entries[0]?.revision ?? null }, null);
          record.push(...entries);
        }
        const fates = new Map(record.map(({ key, outcome }) => [key, outcome]));
        const conditions = new Map(record.map(({ key, op, revision }) => [key, op === "put" ? revision : "0"]));
        const after = clientKeys("c1", seededRandom(seed + 1), { record });
        const used = new Set<string>();
        for (let turn = 0; turn < 60; turn++) {
          const { writes, onlyIf } = after.planWrite();
          for (const { key } of writes) {
            expect(fates.get(key)).not.toBe("unknown");
            expect(used).not.toContain(key);
            used.add(key);
          }
          if (onlyIf !== null && fates.get(onlyIf.key) === "acknowledged")
            expect(onlyIf.revision).toBe(conditions.get(onlyIf.key));
        }
      }),
    );
  });
});

describe("a watcher that goes on", () => {
  const open = {
    kind: "watch-open",
    atMs: 1,
    sentAtMs: 0,
    watcher: "w",
    node: "n1",
    opened: true,
    reason: null,
  } as const;
  const end = { kind: "watch-end", atMs: 5, watcher: "w", attempt: 1, compactRevision: null, reason: null } as const;
  const first: LedgerEntry = { ...open, attempt: 1, fromRevision: null, revision: "10" };
  const told: LedgerEntry = {
    kind: "watch-events",
    atMs: 2,
    watcher: "w",
    attempt: 1,
    events: [{ op: "put", key: "k", revision: "12" }],
  };

  it.each<[string, readonly LedgerEntry[], ReturnType<typeof watcherAfter>]>([
    ["without a record from now", [], { attempts: 0, events: 0, fromRevision: null }],
    ["of whom nothing was told from where it was taken", [first], { attempts: 1, events: 0, fromRevision: "10" }],
    ["after the last event on record", [first, told], { attempts: 1, events: 1, fromRevision: "13" }],
    [
      "from now when the revisions are gone",
      [first, told, { ...end, how: "cancelled", compactRevision: "20" }],
      { attempts: 1, events: 1, fromRevision: null },
    ],
    [
      "where it was when it was turned away since",
      [
        first,
        told,
        { ...end, how: "lost" },
        { ...open, attempt: 2, fromRevision: "13", opened: false, revision: null },
      ],
      { attempts: 2, events: 1, fromRevision: "13" },
    ],
  ])("goes on %s", (_how, record, state) => expect(watcherAfter(record, "w")).toEqual(state));

  it("loses the watch that is open, and no other", () => {
    expect(lostWatches([first], 9)).toMatchObject([{ watcher: "w", attempt: 1, how: "lost", atMs: 9 }]);
    expect(lostWatches([first, { ...end, how: "lost" }], 9)).toEqual([]);
  });
});

describe("holders of leases that go on", () => {
  const call = (lease: string, rest: Partial<LeaseEntry>): LeaseEntry => ({
    kind: "lease",
    atMs: 1,
    sentAtMs: 0,
    act: "grant",
    lease,
    purpose: "kept",
    key: `key-${lease}`,
    node: "n1",
    outcome: "acknowledged",
    alive: true,
    ttlMs: 5000,
    revision: "1",
    reason: null,
    ...rest,
  });
  const gone = { act: "keep-alive", alive: false } as const;

  it.each<[string, readonly LeaseEntry[], string | null, number]>([
    ["none before", [], null, 0],
    ["the one that is kept", [call("1", {})], "1", 1],
    ["none when it is gone", [call("1", {}), call("1", gone)], null, 1],
    ["none when nobody knows whether it was granted", [call("1", { alive: null, outcome: "unknown" })], null, 1],
    ["the last one", [call("1", {}), call("1", gone), call("2", {})], "2", 2],
    ["not that of another member", [call("1", { node: "n2" })], null, 0],
  ])("keep %s", (_what, record, lease, turn) => {
    const { held, ...rest } = heldBy(record, "kept", "n1");
    expect([held?.lease ?? null, rest.turn]).toEqual([lease, turn]);
  });

  it("look for those that were left alone and may still be there", () => {
    const alone = { purpose: "abandoned" } as const;
    const record = [
      call("1", alone),
      call("2", { ...alone, outcome: "unknown", alive: null }),
      call("3", { ...alone, outcome: "refused", alive: null }),
      call("4", alone),
      call("4", { ...alone, act: "look", alive: false }),
      call("5", {}),
    ];
    expect(leftAlone(record).map(({ lease }) => lease)).toEqual(["1", "2"]);
  });
});
