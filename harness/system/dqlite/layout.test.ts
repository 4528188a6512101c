/** How a member is started, and what a page finds on its node. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { dqliteManifest, nodeEnvironment } from "./layout.ts";
import { openStoredThread } from "./stored-thread.ts";

/** Where MicroK8s has its store. */
const REAL = "/var/snap/microk8s/current/var/kubernetes/backend";

const FIRST = { name: "n1", api: "10.0.0.1:8001", db: "10.0.0.1:9001" };
const SECOND = { name: "n2", api: "10.0.0.2:8001", db: "10.0.0.2:9001" };

test("the first member makes the cluster, the others ask it to be let in", () => {
  const commandOf = (manifest: string): unknown =>
    (parse(manifest) as { spec: { containers: [{ command: unknown }] } }).spec.containers[0].command;
  const dir = "--dir=/home/var/lib/dqlite";
  expect(commandOf(dqliteManifest({ member: FIRST, joins: [], homeDir: "/home" }))).toEqual([
    "dqlite-demo",
    "--api=10.0.0.1:8001",
    "--db=10.0.0.1:9001",
    dir,
  ]);
  expect(commandOf(dqliteManifest({ member: SECOND, joins: [FIRST], homeDir: "/home" }))).toEqual([
    "dqlite-demo",
    "--api=10.0.0.2:8001",
    "--db=10.0.0.2:9001",
    dir,
    "--join=10.0.0.1:9001",
  ]);
});

test.each([
  { rootDir: "/", what: "a machine with paths of its own", backend: REAL },
  { rootDir: "/nodes/n1", what: "one that shares them", backend: `/nodes/n1${REAL}` },
])("a page finds the store of $what at $backend", ({ backend, rootDir }) => {
  const found = nodeEnvironment(FIRST, { homeDir: "/nodes/n1", rootDir });
  expect(found).toMatchObject({ ROOT: rootDir, BACKEND: backend, DISK: dirname(backend), DB_ADDRESS: "10.0.0.1:9001" });
  expect(join(found["ROOT"] ?? "", found["BACKEND_FROM_ROOT"] ?? "")).toBe(backend);
});

test("of a folder that is not there, or holds no store, nobody can say how far it goes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "drillbook-stored-"));
  await using folders = openStoredThread();
  try {
    const both = [folders.storedIn(folder), folders.storedIn(join(folder, "none"))];
    expect(await Promise.all(both)).toEqual([null, null]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("who asks a thread that was ended is told so, and who still waits for its answer, too", async () => {
  const folders = openStoredThread();
  const asked = folders.storedIn("/").then(
    () => "answered",
    (error: unknown) => String(error),
  );
  await folders[Symbol.asyncDispose]();
  expect(await asked).toContain("the thread that looks into folders has ended");
  await expect(folders.storedIn("/")).rejects.toThrow("the thread that looks into folders has ended");
});
