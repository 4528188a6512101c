/**
 * The fault of every drill, by construction: as it is it is confirmed; with its injector stubbed to nothing it is a
 * mismatch, every time; with its witness disabled it is inconclusive, and never confirmed. A new scenario is in this
 * table without anybody having to think of it.
 */
import { describe, expect, test } from "vitest";
import { unwitnessed, withoutEffect } from "../fixtures/live/planted-faults.ts";
import { programsOrSkip } from "../fixtures/live/programs.ts";
import { stageFault } from "../fixtures/live/stage-fault.ts";
import { catalogue } from "../harness/cli/catalogue.ts";
import { loadScenario } from "../harness/cli/load-scenario.ts";
import { drillName } from "../harness/drill/index.ts";

/** One drill for each fault: cases of a scenario may have the same, on clusters of another size or with another page. */
const drills = (await Promise.all(catalogue().map(loadScenario))).flatMap((cases) => [
  ...new Map(cases.toReversed().map((drill) => [`${drill.fault.id}: ${drill.fault.effect}`, drill])).values(),
]);

/** A stub that is taken for the fault once in ten times would be found out in most runs of this test. */
const STUBBED_ROUNDS = [1, 2, 3, 4, 5];

describe.each(drills.map((drill) => [drillName(drill), drill] as const))("the fault of %s", (_id, drill) => {
  test("is confirmed", async (context) => {
    const programs = await programsOrSkip(context, ...drill.system.programs);
    expect((await stageFault(drill, { programs, seed: 1 })).proof).toBe("confirmed");
  });

  test.for(STUBBED_ROUNDS)("is a mismatch when its injector does nothing (round %i)", async (seed, context) => {
    const programs = await programsOrSkip(context, ...drill.system.programs);
    const { proof } = await stageFault({ ...drill, fault: withoutEffect(drill.fault) }, { programs, seed });
    expect(proof).toBe("mismatch");
  });

  test("is inconclusive when its witness does not look", async (context) => {
    const programs = await programsOrSkip(context, ...drill.system.programs);
    const { proof } = await stageFault({ ...drill, fault: unwitnessed(drill.fault) }, { programs, seed: 6 });
    expect(proof).toBe("inconclusive");
  });
});
