import { expect, test } from "vitest";
import { hostPidOf, innermostPid } from "./host-pid.ts";

test.each([
  ["Name:\tetcd\nNSpid:\t19734\t8\nNSpgid:\t19734\t8\n", 8],
  ["Name:\tetcd\nNSpid:\t19734\n", 19_734],
  ["Name:\tetcd\n", null],
])("the id in the innermost namespace is the last one", (status, pid) => {
  expect(innermostPid(status)).toBe(pid);
});

test("only a process of the same namespace is taken", () => {
  expect(hostPidOf(process.pid, process.pid)).toBe(process.pid);
  expect(hostPidOf(process.pid, 2 ** 22 + 1)).toBeNull();
  expect(hostPidOf(2 ** 22 + 1, process.pid)).toBeNull();
});
