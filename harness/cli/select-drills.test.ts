import { expect, test } from "vitest";
import { DrillError } from "../core/index.ts";
import { nearestName } from "./nearest.ts";
import { selectDrills } from "./select-drills.ts";

const known = ["dqlite-quorum-loss", "etcd-bad-snapshot", "etcd-quorum-loss"].map((id) => ({
  id,
  file: `/scenarios/${id}/drill.ts`,
}));
const CASES: Readonly<Record<string, readonly string[]>> = {
  "etcd-bad-snapshot": ["etcd-bad-snapshot.empty", "etcd-bad-snapshot.torn"],
};
const loaded: string[] = [];
const drillsIn = async ({ id }: { readonly id: string }): Promise<readonly string[]> => {
  loaded.push(id);
  return Promise.resolve(CASES[id] ?? [id]);
};
const selecting = async (wanted: readonly string[], expand: boolean): Promise<readonly string[]> =>
  (await selectDrills(wanted, { known, cwd: "/nowhere", drillsIn, expand })).map((entry) => entry.id);
const select = async (...wanted: string[]): Promise<readonly string[]> => selecting(wanted, true);

async function usageOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    expect(error).toBeInstanceOf(DrillError);
    expect((error as DrillError).code).toBe("usage");
    return (error as DrillError).message;
  }
  throw new Error("expected a usage error");
}

test("names select in the order given, each once", async () => {
  expect(await select("etcd-quorum-loss", "dqlite-quorum-loss", "etcd-quorum-loss")).toEqual([
    "etcd-quorum-loss",
    "dqlite-quorum-loss",
  ]);
});

test("patterns select all that fit", async () => {
  expect(await select("etcd-*")).toEqual(["etcd-bad-snapshot.empty", "etcd-bad-snapshot.torn", "etcd-quorum-loss"]);
  expect(await select("*-{quorum-loss,other}")).toEqual(["dqlite-quorum-loss", "etcd-quorum-loss"]);
});

test("a scenario's name means all its cases, a full name one, and a pattern fits full names", async () => {
  expect(await select("etcd-bad-snapshot")).toEqual(["etcd-bad-snapshot.empty", "etcd-bad-snapshot.torn"]);
  expect(await select("etcd-bad-snapshot.torn", "etcd-bad-snapshot")).toEqual([
    "etcd-bad-snapshot.torn",
    "etcd-bad-snapshot.empty",
  ]);
  expect(await select("*.torn")).toEqual(["etcd-bad-snapshot.torn"]);
  expect(await usageOf(async () => select("etcd-bad-snapshot.tron"))).toContain("Did you mean etcd-bad-snapshot.torn?");
  expect(await usageOf(async () => select("etcd-quorum-loss.leader"))).toContain("Drills: etcd-quorum-loss.");
});

test("one scenario alone is not loaded here where that can wait", async () => {
  loaded.length = 0;
  expect(await selecting(["etcd-bad-snapshot"], false)).toEqual(["etcd-bad-snapshot"]);
  expect(loaded).toEqual([]);
  expect(await selecting(["etcd-bad-snapshot", "etcd-quorum-loss"], false)).toHaveLength(3);
});

test("an unknown name is refused with the nearest one and the list", async () => {
  const message = await usageOf(async () => select("etcd-qourum-loss"));
  expect(message).toContain("Did you mean etcd-quorum-loss?");
  expect(message).toContain("etcd-bad-snapshot");
});

test("one unknown name among known ones refuses them all", async () => {
  expect(await usageOf(async () => select("etcd-quorum-loss", "nothing"))).toContain('"nothing"');
});

test("a pattern that fits nothing, no name at all, and a path to nothing are refused", async () => {
  expect(await usageOf(async () => select("rke-*"))).toContain("rke-*");
  expect(await usageOf(async () => select())).toContain("etcd-quorum-loss");
  expect(await usageOf(async () => select("./nothing/drill.ts"))).toContain("./nothing/drill.ts");
});

test("a name that resembles none gets no suggestion", () => {
  expect(
    nearestName(
      "zzzzzzzzzzz",
      known.map((entry) => entry.id),
    ),
  ).toBeUndefined();
  expect(
    nearestName(
      "quorum",
      known.map((entry) => entry.id),
    ),
  ).toMatch(/quorum-loss$/);
});
