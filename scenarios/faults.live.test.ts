/**
 * The fault of every drill, by construction: as it is it is confirmed; with its injector stubbed to nothing it is a
 * mismatch, every time; with its witness disabled it is inconclusive, and never confirmed. A new scenario is in this
 * table without anybody having to think of it.
 */
import { describe, expect, test } from "vitest";
import { isolatedFaults } from "../fixtures/live/isolated-fault.ts";
import { catalogue, type CatalogueEntry } from "../harness/cli/catalogue.ts";
import { loadScenario } from "../harness/cli/load-scenario.ts";
import { drillName } from "../harness/drill/index.ts";

/** One drill for each fault: cases of a scenario may have the same, on clusters of another size or with another page. */
const drills: readonly CatalogueEntry[] = (
  await Promise.all(
    catalogue().map(async (entry) => {
      const cases = (await loadScenario(entry)).toReversed();
      const byFault = new Map(cases.map((drill) => [`${drill.fault.id}: ${drill.fault.effect}`, drillName(drill)]));
      return [...byFault.values()].map((id) => ({ ...entry, id }));
    }),
  )
).flat();

/** A stub that is taken for the fault once in ten times would be found out in most runs of this test. */
const STUBBED_ROUNDS = 5;

describe.each(drills.map((drill) => [drill.id, drill] as const))("the fault of %s", (_id, drill) => {
  test("is a mismatch each time that its injector does nothing, and confirmed when it acts", async (context) => {
    const stubbed = Array.from({ length: STUBBED_ROUNDS }, () => "does-nothing" as const);
    expect(await isolatedFaults(context, { drill, plants: [...stubbed, "none"], seed: 1 })).toEqual([
      ...stubbed.map(() => "mismatch"),
      "confirmed",
    ]);
  });

  test("is inconclusive when its witness does not look", async (context) => {
    expect(await isolatedFaults(context, { drill, plants: ["nobody-looks"], seed: 6 })).toEqual(["inconclusive"]);
  });
});
