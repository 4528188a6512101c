import { describe, expect, test } from "vitest";
import { seededRandom, type RunContext } from "../core/index.ts";
import { manualClock, driveToEnd } from "../core/manual-clock.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { ACKNOWLEDGED, fakeCluster, healthyView } from "../system/fake-cluster.ts";
import type { Attempt } from "../system/index.ts";
import { fillQuota } from "./fill-quota.ts";

const NO_SPACE: Attempt = { outcome: "unknown", revision: null, value: null, reason: "no-space" };

/** Three members with room for so many values; the alarm is told by those that are named, once the room is used up. */
async function staged({
  room,
  tells = ["n1", "n2", "n3"],
  otherwise = NO_SPACE,
}: {
  readonly room: number;
  readonly tells?: readonly string[];
  readonly otherwise?: Attempt;
}) {
  const clock = manualClock();
  const entries: LedgerEntry[] = [];
  const puts: string[] = [];
  const isFull = () => puts.length >= room;
  const cluster = fakeCluster({
    nodes: ["n1", "n2", "n3"],
    put: async (node, key) => {
      if (isFull()) return otherwise;
      if (key.startsWith("drillbook/fill/")) puts.push(`${node} ${key}`);
      return ACKNOWLEDGED;
    },
    view: async (node) => ({ ...healthyView(node), alarms: isFull() && tells.includes(node) ? ["NOSPACE"] : [] }),
  });
  const run: RunContext = {
    runId: "run",
    clock,
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: "",
    evidenceDir: "",
  };
  const recorder = { record: (entry: LedgerEntry) => void entries.push(entry), flush: () => undefined };
  const armed = await fillQuota().arm({ cluster, run, recorder, views: [] });
  const seen = (when: "before" | "after") =>
    entries.flatMap((one) => (one.kind === "witness" && one.when === when ? [[one.sign, one.seen]] : []));
  const look = async (when: "before" | "after") => {
    await driveToEnd(clock, armed.witness.observe(when));
    return Object.fromEntries(seen(when)) as Record<string, boolean | null>;
  };
  return { armed, entries, puts, look };
}

const NOTHING_SEEN = { "members-tell-of-no-space": false, "a-write-is-turned-away-for-space": false };
const ALL_SEEN = { "members-tell-of-no-space": true, "a-write-is-turned-away-for-space": true };

describe("a quota that is filled", () => {
  test("writes until a write is turned away for space, and both signs are seen after it and not before", async () => {
    const { armed, entries, look, puts } = await staged({ room: 9 });
    expect(await look("before")).toEqual(NOTHING_SEEN);
    await armed.inject();
    expect(puts).toHaveLength(9);
    expect(new Set(puts).size).toBe(4);
    expect(entries.flatMap((one) => (one.kind === "fault" ? [one.event] : []))).toEqual([
      "armed",
      "injecting",
      "injected",
    ]);
    expect(await look("after")).toEqual(ALL_SEEN);
  });

  test("is not taken for full by its witness when a member does not tell of it", async () => {
    const { armed, look } = await staged({ room: 2, tells: ["n1", "n2"] });
    await armed.inject();
    expect(await look("after")).toMatchObject({ "members-tell-of-no-space": false });
  });

  test("says that it could not fill when a write fails for another reason, or the quota is too large", async () => {
    const deadline: Attempt = { ...NO_SPACE, reason: "deadline" };
    const failing = await staged({ room: 3, otherwise: deadline });
    await expect(failing.armed.inject()).rejects.toThrow("write 4 ended with deadline");
    expect(await failing.look("after")).toMatchObject({ "a-write-is-turned-away-for-space": null });
    await expect((await staged({ room: Infinity })).armed.inject()).rejects.toThrow("smaller --quota-backend-bytes");
  });
});
