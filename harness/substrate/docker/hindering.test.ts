import { expect, test } from "vitest";
import { commandOf } from "./hindering.ts";
import { isInKernel } from "./kernel-has.ts";

test("what is ended is what was started", () => {
  const lossy = { kind: "lossy", share: 0.3 } as const;
  const [started, ended] = [commandOf(lossy, "start"), commandOf(lossy, "end")];
  expect(started.join(" ")).toContain("INPUT -i eth0 -m statistic --mode random --probability 0.3 -j DROP");
  expect(ended.join(" ")).toBe(started.join(" ").replace(" -A ", " -D "));
  const slow = { kind: "slow", bitsPerSecond: 64_000 } as const;
  expect(commandOf(slow, "start").join(" ")).toMatch(/^tc qdisc add dev eth0 root tbf rate 64000bit /);
  expect(commandOf(slow, "end").join(" ")).toBe("tc qdisc del dev eth0 root");
});

test.each([
  ["CONFIG_NET_SCH_TBF=y\n", true],
  ["CONFIG_NET_SCH_TBF=m\n", true],
  ["# CONFIG_NET_SCH_TBF is not set\n", false],
  ["CONFIG_NET_SCH_TBFX=y\n", false],
])("what a kernel was built with: %j", (configuration, has) => {
  expect(isInKernel("NET_SCH_TBF", configuration)).toBe(has);
});
