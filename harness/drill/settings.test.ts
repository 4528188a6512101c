import { expect, test } from "vitest";
import type { Drill, DrillSettings } from "./drill.ts";
import { DEFAULT_SETTINGS, settingsOf } from "./settings.ts";

function drill(settings: Partial<DrillSettings>, system: Partial<DrillSettings> = {}): Drill {
  return { settings, system: { settings: system } } as unknown as Drill;
}

test("the command line goes before the scenario, the scenario before the system, the system before the defaults", () => {
  const settings = settingsOf(drill({ clients: 2, holdForMs: 2 }, { clients: 3, holdForMs: 3, convergeWithinMs: 3 }), {
    clients: 1,
  });
  expect(settings).toEqual({ ...DEFAULT_SETTINGS, clients: 1, holdForMs: 2, convergeWithinMs: 3 });
});

test.each<[string, Partial<DrillSettings>, number | undefined, number]>([
  ["nothing is asked for", {}, undefined, 50],
  ["a quarter of the writes: as many turns of the schedule are four times as long", {}, 50, 200],
  ["more writes: what was near enough still is", {}, 400, 50],
  ["by the system's own pace", { writesPerSecond: 15, lastWriteWithinMs: 250 }, 5, 750],
])("how late the last write may be: %s", (_name, system, asked, expected) => {
  const { lastWriteWithinMs } = settingsOf(drill({}, system), asked === undefined ? {} : { writesPerSecond: asked });
  expect(lastWriteWithinMs).toBe(expected);
});
