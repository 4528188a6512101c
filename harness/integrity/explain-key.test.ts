import { describe, expect, test } from "vitest";
import { shortHistory as history } from "../../fixtures/ledgers/short-history.ts";
import type { HeldKey } from "../ledger/index.ts";
import { explainKey } from "./explain-key.ts";

const held = (value: string): HeldKey => ({ key: "k", valueHash: value, revision: "1", version: "1" });

interface Row {
  readonly lost?: readonly number[];
  readonly resurrected?: boolean;
  readonly phantom?: boolean;
  readonly visible?: number;
  readonly applied?: boolean;
}

const rows: readonly (readonly [writes: string, state: string, expected: Row])[] = [
  // Acknowledged writes only.
  ["+a", "v0", {}],
  ["+a", "absent", { lost: [0] }],
  ["+a +a", "v1", {}],
  ["+a +a", "v0", { lost: [1], resurrected: true }],
  ["+a +a", "absent", { lost: [0, 1] }],
  ["+a -a", "absent", {}],
  ["+a -a", "v0", { lost: [1], resurrected: true }],
  ["+a -a +a", "v2", {}],
  ["+a -a +a", "absent", { lost: [2] }],
  ["+a -a +a", "v0", { lost: [1, 2], resurrected: true }],
  ["-a", "absent", {}],
  // A trailing write of unknown outcome: both worlds are fine.
  ["+u", "v0", { applied: true }],
  ["+u", "absent", { applied: false }],
  ["+a +u", "v1", { applied: true }],
  ["+a +u", "v0", { applied: false }],
  ["+a -u", "absent", { applied: true }],
  ["+a -u", "v0", { applied: false }],
  // But an unknown put explains no absence, and an unknown delete no old value.
  ["+a +u", "absent", { lost: [0], applied: false }],
  ["+a +a -u", "v0", { lost: [1], resurrected: true, applied: false }],
  ["+a -a +u", "v0", { lost: [1], resurrected: true, applied: false }],
  ["-a +u", "absent", { applied: false }],
  // Refused writes explain nothing.
  ["+r", "absent", {}],
  ["+a +r", "v0", {}],
  ["+a -r", "v0", {}],
  ["+a -r", "absent", { lost: [0] }],
  ["+a +r +a", "v2", {}],
  // Unless their own value is there.
  ["+r", "v0", { visible: 0 }],
  ["+a +r", "v1", { visible: 1 }],
  ["+a +r +a", "v1", { visible: 1, lost: [2], resurrected: true }],
  // A value of nobody.
  ["+a", "foreign", { phantom: true, lost: [0] }],
  ["+u", "foreign", { phantom: true, applied: false }],
  ["+r", "foreign", { phantom: true }],
];

describe("explainKey", () => {
  test.each(rows)("%s, then %s", (writes, state, expected) => {
    const verdict = explainKey(history(writes), state === "absent" ? null : held(state));
    expect({
      lost: verdict.lost.map((write) => write.id),
      resurrected: verdict.resurrected,
      phantom: verdict.phantom,
      visible: verdict.visibleRefusal?.id ?? null,
      applied: verdict.unknown?.applied ?? null,
    }).toEqual({ lost: [], resurrected: false, phantom: false, visible: null, applied: null, ...expected });
  });

  test("of two writes of the same value the later one explains it", () => {
    const { key, writes } = history("+a +a");
    const same = { key, writes: writes.map((write) => ({ ...write, valueHash: "v" })) };
    expect(explainKey(same, held("v")).lost).toEqual([]);
  });
});
