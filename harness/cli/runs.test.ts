import { expect, test } from "vitest";
import { syntheticSet, type SyntheticRun } from "../../fixtures/repeats.ts";
import { judgeRepeats } from "../integrity/index.ts";
import { exitCodeOfRuns, noRuns, type Runs } from "./runs.ts";

const repeated = (...runs: readonly SyntheticRun[]): Runs => {
  const { record, judged } = syntheticSet(runs, { plan: { kind: "repeat", runs: 100 }, ended: "interrupted" });
  return { ...noRuns(), repeats: [judgeRepeats(record, judged)] };
};
const NOT_STARTED = { drillId: "etcd", code: "environment", message: "told to end" } as const;

test.each<readonly [string, Runs, number]>([
  ["a run that failed before it", repeated({ outcome: "failed" }, [5, 6]), 1],
  ["a run that was broken before it", repeated({ outcome: "broken" }, [5, 6]), 3],
  ["runs that passed before it", repeated([5, 6]), 130],
  ["nothing before it", noRuns(), 130],
  ["a run that it kept from starting", { ...repeated([5, 6]), notStarted: [NOT_STARTED] }, 130],
])("an interruption does not hide what was judged: %s", (_, runs, code) => {
  expect(exitCodeOfRuns(runs, true)).toBe(code);
});

test("without one, what was not started counts", () => {
  expect(exitCodeOfRuns({ ...repeated([5, 6]), notStarted: [NOT_STARTED] }, false)).toBe(3);
  expect(exitCodeOfRuns({ ...noRuns(), notStarted: [{ ...NOT_STARTED, code: "usage" }] }, false)).toBe(2);
});
