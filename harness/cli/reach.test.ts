import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { reachLines } from "./reach.ts";

const reach = {
  nodes: [{ name: "n1", clientUrl: "https://127.0.50.1:2379", homeDir: "/tmp/run/nodes/n1" }],
  workstation: { homeDir: tmpdir(), environment: { ETCDCTL_KEY: "a file's name with $HOME in it" } },
};

test("the command that is shown opens a shell with the workstation's variables, whatever they hold", () => {
  const command = reachLines(reach, [], "run-1").find((line) => line.includes(" bash")) ?? "";
  const seen = execFileSync("sh", ["-c", command], { input: 'echo "$ETCDCTL_KEY"; echo "$HOME"', encoding: "utf8" });
  expect(seen.split("\n").slice(0, 2)).toEqual([reach.workstation.environment.ETCDCTL_KEY, tmpdir()]);
});

test("the way into the namespaces comes first, and how to take it down last", () => {
  const lines = reachLines(reach, ["nsenter", "--target", "42", "--net"], "run-1");
  expect(lines.join("\n")).toContain("nsenter --target 42 --net env -C");
  expect(lines.at(-1)).toContain("clean run-1");
});

test("a worker that has ended is not said to be up", () => {
  expect(reachLines(reach, null, "run-1").join("\n")).not.toContain("still up");
});
