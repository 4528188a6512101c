import { expect, test } from "vitest";
import { healthyView } from "../fake-cluster.ts";
import { laggingAndHealthy } from "./lagging.ts";

test("of members that all answer, the one whose log ends first has failed", () => {
  const ends = { n1: 801, n2: 640, n3: 802 };
  const views = Object.entries(ends).map(([node, index]) => ({
    ...healthyView(node),
    stored: { lastTerm: "1", lastIndex: String(index), namedIndex: null, writtenAtUnixMs: null, flaws: [] },
  }));
  const seen = "n3 ends at term 1, index 802, n1 ends at term 1, index 801, n2 ends at term 1, index 640";
  expect(laggingAndHealthy(views)).toEqual([
    { role: "healthy", node: "n3", because: `the last entry, by term and index, of a store that is whole: ${seen}` },
    { role: "failed", node: "n2", because: `of the others it ends first: ${seen}` },
  ]);
});
