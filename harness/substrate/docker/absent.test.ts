import { expect, test } from "vitest";
import { absentInContainers } from "./absent.ts";

const ALWAYS = ["packet-delay", "clock-faults", "same-addresses", "ends-with-worker"];

test.each([
  { missing: [], ownMounts: true, absent: ALWAYS },
  { missing: ["ip"], ownMounts: true, absent: ["network-faults", ...ALWAYS] },
  { missing: ["ip", "nsenter"], ownMounts: true, absent: ["network-faults", ...ALWAYS, "own-disks"] },
  { missing: ["perl"], ownMounts: true, absent: [...ALWAYS, "own-disks"] },
  { missing: [], ownMounts: false, absent: [...ALWAYS, "own-disks", "forks"] },
])("without the commands $missing, and mounts of its own: $ownMounts", ({ absent, missing, ownMounts }) => {
  const hasCommand = (command: string): boolean => !missing.some((one) => one === command);
  const all = absentInContainers({ command: hasCommand, ownMounts });
  expect(all.map(({ capability }) => capability)).toEqual(absent);
  for (const { capability, reason } of all) {
    if (capability === "network-faults") for (const command of missing) expect(reason).toContain(command);
    if (capability === "forks") expect(reason).toMatch(/mount namespace/);
  }
});
