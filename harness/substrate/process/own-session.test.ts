import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { groupOf } from "./labelled-processes.ts";
import { leadsItsGroup, spawnInOwnSession } from "./own-session.ts";
import { isOnSystemPath } from "./system-path.ts";

describe("a program in a session of its own", () => {
  test("leads its group, and its group can be signalled, as soon as that was awaited", async () => {
    const child = spawnInOwnSession("sleep", ["60"], { stdio: "ignore" });
    const ended = once(child, "exit");
    await leadsItsGroup(child.pid ?? 0);
    expect(groupOf(child.pid ?? 0)).toBe(child.pid);
    expect(process.kill(-(child.pid ?? 0), "SIGKILL")).toBe(true);
    expect(await ended).toEqual([null, "SIGKILL"]);
  });

  test("ends with the program's own exit code", async () => {
    const child = spawnInOwnSession("sh", ["-c", "exit 7"], { stdio: "ignore" });
    expect(await once(child, "exit")).toEqual([7, null]);
  });

  test("one that has ended is not waited for", async () => {
    const child = spawnInOwnSession("true", [], { stdio: "ignore" });
    await once(child, "exit");
    await leadsItsGroup(child.pid ?? 0);
    expect(groupOf(child.pid ?? 0)).toBeNull();
  });

  // What `spawn` waits for is the child until it has become a program: that must not be in a session that is new and far back.
  test.runIf(isOnSystemPath("setsid"))("begins its session after `spawn`, not before", () => {
    const child = spawnInOwnSession("true", [], { stdio: "ignore" });
    expect(child.spawnfile).toMatch(/\/setsid$/);
  });
});
