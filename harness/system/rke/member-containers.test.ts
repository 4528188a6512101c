import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { scratchRun } from "../../../fixtures/substrate/scratch-run.ts";
import { watchMemberContainers } from "./member-containers.ts";
import { NAME_LABEL } from "./services.ts";

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "drillbook-containers-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A client that tells the events that are written into a file, and says of a container what stands in another; `broken` cannot be started. */
function client(): string {
  const path = join(dir, "docker");
  mkdirSync(join(dir, "told"));
  writeFileSync(join(dir, "events"), "");
  writeFileSync(
    path,
    `#!/bin/bash
case "$1" in
  events) exec tail -n +1 -F '${dir}/events' 2>/dev/null ;;
  inspect) n=$(ls '${dir}/told' | sort -n | head -1); cat "${dir}/told/$n"; rm "${dir}/told/$n" ;;
  start) [ "$2" != broken ] ;;
esac`,
  );
  chmodSync(path, 0o755);
  return path;
}

let number = 0;
/** The engine tells of a start, and what it says when it is asked for that container afterwards. */
function starts(id: string, restartCount: number): void {
  writeFileSync(join(dir, "told", String(++number)), `${restartCount} false 7 "etcd" ["--name=n1"]\n`);
  tells("start", id);
}

function tells(action: "start" | "die", id: string): void {
  const attributes = { [NAME_LABEL]: "etcd", exitCode: "1" };
  const event = { Action: action, Actor: { ID: id, Attributes: attributes }, timeNano: 1_700_000_000_000_000_000 };
  appendFileSync(join(dir, "events"), `${JSON.stringify(event)}\n`);
}

test("what the engine restarts by itself is nobody's, what the harness starts is its own, and all else is the page's", async () => {
  await using scratch = scratchRun();
  const { recorder, run } = scratch;
  const engine = { client: client(), host: `unix://${dir}/socket` };
  await using containers = watchMemberContainers({ node: "n1", engine, run, recorder });
  await containers.make("etcd", ["run"], "harness");
  starts("c1", 0);
  tells("die", "c1");
  starts("c1", 1);
  tells("die", "c1");
  starts("c1", 0);
  await vi.waitFor(() => expect(scratch.story()).toHaveLength(5), { timeout: 10_000 });
  await containers.start("etcd", "control");
  tells("die", "c1");
  // The engine was faster than the start that was told to it.
  starts("c1", 1);
  tells("die", "c1");
  starts("c1", 0);
  await vi.waitFor(() => expect(scratch.story()).toHaveLength(9), { timeout: 10_000 });
  expect(scratch.story()).toEqual([
    "started n1/etcd by harness",
    "exited n1/etcd exit 1 by itself",
    "started n1/etcd by itself",
    "exited n1/etcd exit 1 by itself",
    "started n1/etcd by runbook",
    "exited n1/etcd exit 1 by itself",
    "started n1/etcd by itself",
    "exited n1/etcd exit 1 by itself",
    "started n1/etcd by control",
  ]);
  expect(scratch.entries[2]).toMatchObject({ pid: 7, command: ["etcd", "--name=n1"] });
}, 30_000);

test("a start of the harness that failed is not taken for the next one, which is the page's", async () => {
  await using scratch = scratchRun();
  const { recorder, run } = scratch;
  const engine = { client: client(), host: `unix://${dir}/socket` };
  await using containers = watchMemberContainers({ node: "n1", engine, run, recorder });
  await expect(containers.start("broken", "harness")).rejects.toThrow("broken");
  writeFileSync(join(dir, "told", String(++number)), `0 false 7 "etcd" []\n`);
  const event = { Action: "start", Actor: { ID: "c1", Attributes: { [NAME_LABEL]: "broken" } }, timeNano: 1 };
  appendFileSync(join(dir, "events"), `${JSON.stringify(event)}\n`);
  await vi.waitFor(() => expect(scratch.story()).toEqual(["started n1/broken by runbook"]), { timeout: 10_000 });
}, 30_000);
