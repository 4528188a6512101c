/**
 * The fault of every drill, by construction: as it is it is confirmed; with its injector stubbed to nothing it is a
 * mismatch, every time; without what its witness recorded it is inconclusive, and never confirmed: the injector's own word
 * proves nothing. A new scenario is in this table without anybody having to think of it.
 */
import { expect, test, type TestContext } from "vitest";
import { PROVEN, STUBBED_THEN_AS_IT_IS } from "../fixtures/live/fault-plants.ts";
import { faultReady, isolatedFaults, ON_PROCESSES } from "../fixtures/live/isolated-fault.ts";
import { catalogue, type CatalogueEntry } from "../harness/cli/catalogue.ts";
import { loadScenario } from "../harness/cli/load-scenario.ts";
import { drillName } from "../harness/drill/index.ts";

/** One drill for each fault: cases of a scenario may have the same, on clusters of another size or with another page. */
const drills = (
  await Promise.all(
    catalogue().map(async (entry) => {
      const cases = (await loadScenario(entry)).toReversed();
      const byFault = new Map(cases.map((drill) => [`${drill.fault.id}: ${drill.fault.effect}`, drill]));
      return [...byFault.values()].map((drill) => ({ ...entry, id: drillName(drill), system: drill.system.id }));
    }),
  )
).flat();

async function provesItself(context: TestContext, drill: CatalogueEntry): Promise<void> {
  const programs = await faultReady(context, drill);
  expect(
    await isolatedFaults({ drill, plants: STUBBED_THEN_AS_IT_IS, programs, seed: 1, ground: ON_PROCESSES }),
  ).toMatchObject(PROVEN);
}

const TITLE =
  "the fault of $id is a mismatch each time that its injector does nothing, confirmed when it acts, and inconclusive unheard";

// dqlite's clients wait for its one write lock, and two such clusters side by side took seconds for a write.
test.for(drills.filter(({ system }) => system !== "etcd"))(TITLE, async (drill, context) =>
  provesItself(context, drill),
);
test.concurrent.for(drills.filter(({ system }) => system === "etcd"))(TITLE, async (drill, context) =>
  provesItself(context, drill),
);
