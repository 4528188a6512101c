import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { catalogue, drillAtPath, loadDrill } from "./catalogue.ts";

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "drillbook-catalogue-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const SOUND = `export default { id: "sound", title: "t", proves: "p", runbook: "runbook.md", system: {}, fault: {}, recoveryPoint: {}, objectives: { lostWrites: 0, lostWritesReason: null }, controls: {}, membership: {}, roles: () => [] };`;

function scenario(id: string, text: string): string {
  mkdirSync(join(dir, id));
  const file = join(dir, id, "drill.js");
  writeFileSync(file, text);
  return file;
}

test("every folder with a drill is in the catalogue, by name", () => {
  scenario("b-drill", SOUND);
  scenario("a-drill", SOUND);
  mkdirSync(join(dir, "regressions"));
  mkdirSync(join(dir, ".hidden"));
  expect(catalogue(dir).map((entry) => entry.id)).toEqual(["a-drill", "b-drill"]);
  expect(catalogue(join(dir, "nothing"))).toEqual([]);
});

test("a drill is also found by the path of its folder or module", () => {
  const file = scenario("sound", SOUND);
  expect(drillAtPath("sound", dir)).toEqual({ id: "sound", file });
  expect(drillAtPath(file, "/")).toEqual({ id: "sound", file });
});

test("a sound scenario is loaded", async () => {
  const file = scenario("sound", SOUND);
  expect((await loadDrill({ id: "sound", file })).proves).toBe("p");
});

test.each([
  ["no default export", "export const drill = {};", "no drill as its default export"],
  ["an id that is not its folder's", SOUND.replace(`"sound"`, `"other"`), "in a folder named"],
  ["no fault", SOUND.replace("fault: {},", ""), "declares no fault"],
  ["no roles", SOUND.replace("roles: () => []", ""), "declares no roles"],
  ["an error of its own", `throw new Error("boom");`, "boom"],
])("a scenario with %s is refused by name", async (_what, text, said) => {
  const file = scenario("sound", text);
  await expect(loadDrill({ id: "sound", file })).rejects.toThrow(said);
  await expect(loadDrill({ id: "sound", file })).rejects.toMatchObject({ code: "harness" });
});

test("the package's own scenarios are sound", async () => {
  for (const entry of catalogue()) expect((await loadDrill(entry)).id).toBe(entry.id);
});
