import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { programsOrSkip } from "../../fixtures/live/programs.ts";
import { resolvePrograms } from "./resolve.ts";

test("the record of each program of etcd says what the program itself says", async (context) => {
  const paths = await programsOrSkip(context, "etcd", "etcdctl", "etcdutl");
  const programs = await resolvePrograms(Object.keys(paths), { progress() {} });
  expect(programs.map(({ name }) => name)).toEqual(["etcd", "etcdctl", "etcdutl"]);
  for (const { name, path, version, sha256 } of programs) {
    const said = execFileSync(path, [name === "etcd" ? "--version" : "version"], { encoding: "utf8" });
    expect(said.split("\n")[0]?.split(": ")[1]).toBe(version);
    expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(sha256);
  }
});
