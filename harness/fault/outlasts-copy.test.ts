import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClusterNode } from "../system/index.ts";
import { fakeCluster } from "../system/fake-cluster.ts";
import { undoneByCopy, type CutByEach } from "./outlasts-copy.ts";

let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), "drillbook-copy-"))));
afterEach(async () => rm(dir, { recursive: true }));

const [FIRST, LAST, NEXT] = [
  "0000000000000001-0000000000000300",
  "0000000000000301-0000000000000600",
  "0000000000000601-0000000000000900",
];

async function ends(file: CutByEach, ...folders: readonly (readonly string[])[]): Promise<string | null> {
  const cluster = fakeCluster({
    nodes: folders.map((_, at) => `n${at + 1}`),
    machine: (node) => ({ homeDir: join(dir, node) }),
  });
  for (const [at, node] of cluster.nodes.entries()) {
    const folder = join(node.machine.homeDir, node.dataDir);
    await mkdir(folder, { recursive: true });
    for (const name of folders[at] ?? []) await writeFile(join(folder, name), "");
  }
  const [own, ...others] = cluster.nodes as [ClusterNode, ...ClusterNode[]];
  return undoneByCopy(file, own, others);
}

test.each<[string, CutByEach, readonly (readonly string[])[], string | null]>([
  ["a segment that nobody else has stays", "last-closed-segment", [[FIRST, LAST], [FIRST], []], null],
  [
    "one of the same name takes its place",
    "last-closed-segment",
    [[LAST], [], [LAST]],
    `n1 has ${LAST}, and n3 ${LAST}`,
  ],
  [
    "also one that is not the other's last",
    "last-closed-segment",
    [[LAST], [LAST, NEXT]],
    `n1 has ${LAST}, and n2 ${LAST}`,
  ],
  ["the last but one is meant, where it is damaged", "closed-segment", [[FIRST, LAST], [LAST]], null],
  ["which another may have, too", "closed-segment", [[FIRST, LAST], [FIRST]], `n1 has ${FIRST}, and n2 ${FIRST}`],
  ["one that begins behind the snapshot stays", "last-closed-segment", [[LAST, "snapshot-1-300-9"], [FIRST]], null],
  [
    "in one that begins before it is nothing that the snapshot lacks",
    "last-closed-segment",
    [[LAST, "snapshot-1-301-9"], [FIRST]],
    `n1's ${LAST} begins before its snapshot-1-301-9`,
  ],
  ["of two snapshots the later one is read", "snapshot", [["snapshot-1-1024-200"], ["snapshot-1-1024-199"]], null],
  ["by number, not by letter", "snapshot", [["snapshot-1-1024-1000"], ["snapshot-1-1024-999"]], null],
  [
    "an earlier one is not",
    "snapshot",
    [["snapshot-1-1024-200"], ["snapshot-1-1024-201"]],
    "n1 has snapshot-1-1024-200, and n2 snapshot-1-1024-201",
  ],
  [
    "one of a higher index is, whatever the time",
    "snapshot",
    [["snapshot-1-1024-300"], ["snapshot-1-2048-200"]],
    "n1 has snapshot-1-1024-300, and n2 snapshot-1-2048-200",
  ],
  [
    "one of the same name takes its place, too",
    "snapshot",
    [["snapshot-1-1024-200"], ["snapshot-1-1024-200"]],
    "n1 has snapshot-1-1024-200, and n2 snapshot-1-1024-200",
  ],
  ["another without a snapshot takes nothing away", "snapshot", [["snapshot-1-1024-200"], []], null],
  ["without such a file nothing can outlast", "snapshot", [[], []], "n1 has no snapshot"],
])("%s", async (_name, file, folders, expected) => {
  expect(await ends(file, ...folders)).toBe(expected);
});
