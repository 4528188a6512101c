import { expect, test } from "vitest";
import { DrillError } from "../core/index.ts";
import { nearestName } from "./nearest.ts";
import { selectDrills } from "./select-drills.ts";

const known = ["dqlite-quorum-loss", "etcd-bad-snapshot", "etcd-quorum-loss"].map((id) => ({
  id,
  file: `/scenarios/${id}/drill.ts`,
}));
const select = (...wanted: string[]): readonly string[] =>
  selectDrills(wanted, known, "/nowhere").map((entry) => entry.id);

function usageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(DrillError);
    expect((error as DrillError).code).toBe("usage");
    return (error as DrillError).message;
  }
  throw new Error("expected a usage error");
}

test("names select in the order given, each once", () => {
  expect(select("etcd-quorum-loss", "dqlite-quorum-loss", "etcd-quorum-loss")).toEqual([
    "etcd-quorum-loss",
    "dqlite-quorum-loss",
  ]);
});

test("patterns select all that fit", () => {
  expect(select("etcd-*")).toEqual(["etcd-bad-snapshot", "etcd-quorum-loss"]);
  expect(select("*-{quorum-loss,other}")).toEqual(["dqlite-quorum-loss", "etcd-quorum-loss"]);
});

test("an unknown name is refused with the nearest one and the list", () => {
  const message = usageOf(() => select("etcd-qourum-loss"));
  expect(message).toContain("Did you mean etcd-quorum-loss?");
  expect(message).toContain("etcd-bad-snapshot");
});

test("one unknown name among known ones refuses them all", () => {
  expect(usageOf(() => select("etcd-quorum-loss", "nothing"))).toContain('"nothing"');
});

test("a pattern that fits nothing, no name at all, and a path to nothing are refused", () => {
  expect(usageOf(() => select("rke-*"))).toContain("rke-*");
  expect(usageOf(() => select())).toContain("etcd-quorum-loss");
  expect(usageOf(() => select("./nothing/drill.ts"))).toContain("./nothing/drill.ts");
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
