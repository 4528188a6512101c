import { expect, test } from "vitest";
import { absentInContainers } from "./absent.ts";

test.each([
  [[], []],
  [["ip"], ["network-faults"]],
  [["ip", "nsenter"], ["network-faults"]],
])("without the commands %j of this computer also %j is absent", (missing, absent) => {
  const all = absentInContainers((command) => !missing.some((one) => one === command));
  expect(all.map(({ capability }) => capability)).toEqual([
    ...absent,
    "packet-delay",
    "clock-faults",
    "own-disks",
    "same-addresses",
    "ends-with-worker",
    "forks",
  ]);
  for (const command of missing) expect(all[0]?.reason).toContain(command);
});
