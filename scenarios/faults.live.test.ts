/**
 * The fault of every drill, by construction: as it is it is confirmed; with its injector stubbed to nothing it is a
 * mismatch, every time; without what its witness recorded it is inconclusive, and never confirmed: the injector's own word
 * proves nothing. A new scenario is in this table without anybody having to think of it.
 */
import { describe, expect, test, type TestContext } from "vitest";
import { faultReady, isolatedFaults } from "../fixtures/live/isolated-fault.ts";
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

const stubbed = Array.from({ length: STUBBED_ROUNDS }, () => "does-nothing" as const);
const injected = new Map<string, Promise<unknown>>();

/** Both tests of a fault look at the same injections: whoever comes first makes them. */
async function proven(context: TestContext, drill: CatalogueEntry): Promise<unknown> {
  const programs = await faultReady(context, drill);
  const there = injected.get(drill.id) ?? isolatedFaults({ drill, plants: [...stubbed, "none"], programs, seed: 1 });
  injected.set(drill.id, there);
  return there;
}

describe.each(drills.map((drill) => [drill.id, drill] as const))("the fault of %s", (_id, drill) => {
  test("is a mismatch each time that its injector does nothing, and confirmed when it acts", async (context) => {
    expect(await proven(context, drill)).toMatchObject([
      ...stubbed.map(() => ({ proof: "mismatch" })),
      { proof: "confirmed" },
    ]);
  });

  test("is inconclusive, whether it acts or not, when its witness is not heard", async (context) => {
    expect(await proven(context, drill)).toMatchObject([...stubbed, "none"].map(() => ({ unheard: "inconclusive" })));
  });
});
