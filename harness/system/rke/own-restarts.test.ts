import { describe, expect, test } from "vitest";
import { ownRestarts, type Counted } from "./own-restarts.ts";

const at = (restarts: number): Counted => ({ restarts, isRestarting: false });
/** It has ended again since, and the engine waits before it starts it once more. */
const endedSince = (restarts: number): Counted => ({ restarts, isRestarting: true });

describe("whose a start is", () => {
  test.each<[string, readonly Counted[], readonly boolean[]]>([
    ["made, and restarted twice by the engine", [at(0), at(1), at(2)], [false, true, true]],
    ["made and ended at once, so that the engine's restart is counted already", [endedSince(1), at(1)], [false, true]],
    ["made, ended and restarted before it was asked for", [at(1), at(1)], [false, true]],
    [
      "started by somebody after restarts by the engine",
      [at(0), at(1), at(2), at(0), at(1)],
      [false, true, true, false, true],
    ],
    ["restarted by somebody, without a restart by the engine before", [at(0), at(0), at(0)], [false, false, false]],
    ["started by somebody and ended at once", [at(0), endedSince(1), endedSince(2), at(2)], [false, false, true, true]],
    [
      "started by somebody amid restarts, ended and restarted before it was asked for",
      [at(0), at(1), at(1)],
      [false, true, false],
    ],
    ["each restart counted late", [at(0), at(2), endedSince(3), at(3)], [false, true, true, true]],
  ])("%s", (_what, counted, own) => {
    const restarts = ownRestarts();
    expect(counted.map((one) => restarts.isOwn("c1", one))).toEqual(own);
  });

  test("each container is counted for itself: one that is made anew under the same name is somebody's", () => {
    const restarts = ownRestarts();
    expect(["c1", "c1", "c2", "c1"].map((id, index) => restarts.isOwn(id, at(index)))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});
