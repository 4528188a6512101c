import { expect, test } from "vitest";
import { absentInContainers } from "./absent.ts";

const KERNEL = "CONFIG_NETFILTER_XT_MATCH_STATISTIC=y\nCONFIG_NET_SCH_TBF=m\n";
const ALWAYS = ["packet-delay", "clock-faults", "same-addresses", "ends-with-worker"];

test.each([
  { missing: [], ownMounts: true, absent: ALWAYS },
  { missing: ["ip"], ownMounts: true, absent: ["network-faults", ...ALWAYS] },
  { missing: ["ip", "nsenter"], ownMounts: true, absent: ["network-faults", ...ALWAYS, "own-disks"] },
  { missing: ["perl"], ownMounts: true, absent: [...ALWAYS, "own-disks"] },
  { missing: [], ownMounts: false, absent: [...ALWAYS, "own-disks", "forks"] },
])("without the commands $missing, and mounts of its own: $ownMounts", ({ absent, missing, ownMounts }) => {
  const hasCommand = (command: string): boolean => !missing.some((one) => one === command);
  const all = absentInContainers({ command: hasCommand, kernel: KERNEL, ownMounts });
  expect(all.map(({ capability }) => capability)).toEqual(absent);
  for (const { capability, reason } of all) {
    if (capability === "network-faults") for (const command of missing) expect(reason).toContain(command);
    if (capability === "forks") expect(reason).toMatch(/mount namespace/);
  }
});

test.each([
  ["", "the kernel was built without NET"],
  [null, "nobody tells here whether the kernel has NET"],
])("of a kernel whose configuration is %j no bad network is promised", (kernel, reason) => {
  const all = absentInContainers({ command: () => true, kernel, ownMounts: true });
  const bad = all.filter(({ capability }) => capability === "packet-loss" || capability === "bandwidth");
  expect(bad.map(({ reason: because }) => because)).toEqual([
    expect.stringContaining(reason),
    expect.stringContaining(reason),
  ]);
});
