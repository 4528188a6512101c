import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drillName } from "../drill/index.ts";
import { catalogue, scenarioAtPath } from "./catalogue.ts";
import { drillNamesIn, loadDrill, loadScenario } from "./load-scenario.ts";
import { SeveralCases } from "./several-cases.ts";

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "drillbook-catalogue-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const OBJECT = `{ id: "sound", case: null, title: "t", proves: "p", runbook: "runbook.md", system: {}, fault: {}, detection: {}, recoveryPoint: {}, objectives: { lostWrites: 0, lostWritesReason: null }, expected: { kind: "passed" }, controls: {}, membership: {}, preparation: null, roles: () => [] }`;
const FAILS = (findings: string, more = ""): string =>
  `{ kind: "failed", findings: ${findings}, because: "b", story: "s"${more} }`;
const SOUND = `export default ${OBJECT};`;
const cases = (...names: readonly string[]): string =>
  `export default [${names.map((name) => OBJECT.replace("case: null", `case: ${name}`)).join(", ")}];`;

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
  expect(scenarioAtPath("sound", dir)).toEqual({ id: "sound", file });
  expect(scenarioAtPath(file, "/")).toEqual({ id: "sound", file });
});

test("a sound scenario is loaded", async () => {
  const file = scenario("sound", SOUND);
  expect((await loadDrill({ id: "sound", file })).proves).toBe("p");
});

test("a drill without a page says why it heals, and that nothing is lost", async () => {
  const pageless = SOUND.replace(`"runbook.md"`, "null");
  const healing = pageless.replace("controls: {}", `controls: { selfHealing: "it is restarted" }`);
  const whole = healing.replace("recoveryPoint: {}", `recoveryPoint: { kind: "everything" }`);
  for (const [index, text] of [pageless, healing, whole].entries()) {
    const file = scenario(`drill-${index}`, text.replace(`"sound"`, `"drill-${index}"`));
    const loaded = loadDrill({ id: `drill-${index}`, file });
    if (text === whole) expect((await loaded).runbook).toBeNull();
    else await expect(loaded).rejects.toThrow(/has no page/);
  }
});

test("a scenario may have cases, each a drill of its own", async () => {
  const file = scenario("sound", cases(`"torn"`, `"empty"`));
  expect((await loadScenario({ id: "sound", file })).map(drillName)).toEqual(["sound.torn", "sound.empty"]);
  expect((await loadDrill({ id: "sound.empty", file })).case).toBe("empty");
  const all = loadDrill({ id: "sound", file });
  await expect(all).rejects.toBeInstanceOf(SeveralCases);
  await expect(all).rejects.toMatchObject({ drillIds: ["sound.torn", "sound.empty"] });
  const unknown = loadDrill({ id: "sound.emtpy", file });
  await expect(unknown).rejects.toThrow("Did you mean sound.empty?");
  await expect(unknown).rejects.toMatchObject({ code: "usage" });
});

test("one that cannot be loaded is still one that can be asked for", async () => {
  const file = scenario("sound", "export default 1;");
  expect(await drillNamesIn({ id: "sound", file })).toEqual(["sound"]);
});

test.each([
  ["no default export", "export const drill = {};", "no drill as its default export"],
  ["an id that is not its folder's", SOUND.replace(`"sound"`, `"other"`), "in a folder named"],
  ["no fault", SOUND.replace("fault: {},", ""), "declares no fault"],
  ["no word of a preparation", SOUND.replace("preparation: null,", ""), "does not say whether it prepares"],
  ["no roles", SOUND.replace("roles: () => []", ""), "declares no roles"],
  ["no case and no null", SOUND.replace("case: null, ", ""), "declares the case undefined"],
  ["a case that is no name", cases(`"Damaged WAL"`), `declares the case "Damaged WAL"`],
  ["two cases of one name", cases(`"torn"`, `"torn"`), "declares sound.torn twice"],
  ["several drills of which one is no case", cases(`"torn"`, "null"), "one has no case"],
  ["a declared failure without a finding", SOUND.replace(`{ kind: "passed" }`, FAILS("[]")), "without saying how"],
  [
    "a declared failure without a corrected page",
    SOUND.replace(`{ kind: "passed" }`, FAILS(`["converged"]`)),
    "no corrected page",
  ],
  [
    "a page that stops nobody says where",
    SOUND.replace(`{ kind: "passed" }`, FAILS(`["every-step-ran"]`)),
    "without saying where the page stops",
  ],
  [
    "a page that may stop nobody says where",
    SOUND.replace(`{ kind: "passed" }`, FAILS(`["converged"]`, `, alsoPossible: ["every-step-ran"], stopsAt: []`)),
    "without saying where the page stops",
  ],
  [
    "a stop of a page that is followed to its end",
    SOUND.replace(`{ kind: "passed" }`, FAILS(`["converged"]`, `, stopsAt: ["check"]`)),
    "declares no failure of every-step-ran",
  ],
  [
    "a choice that is not read",
    SOUND.replace("preparation:", `choices: { order: ["up"] }, preparation:`),
    "does not say how it reads order",
  ],
  [
    "a choice that is read in an unknown way",
    SOUND.replace("preparation:", `choices: { order: ["up", "down"] }, reading: { order: "sideways" }, preparation:`),
    `reads order as "sideways": expected one of up, down`,
  ],
  [
    "a reading of nothing",
    SOUND.replace("preparation:", `reading: { order: "up" }, preparation:`),
    "none of its choices",
  ],
  ["no case at all", "export default [];", "empty list"],
  ["a case in another folder", cases(`"torn"`).replace(`"sound"`, `"other"`), "in a folder named sound"],
  ["an error of its own", `throw new Error("boom");`, "boom"],
])("a scenario with %s is refused by name", async (_what, text, said) => {
  const file = scenario("sound", text);
  await expect(loadDrill({ id: "sound", file })).rejects.toThrow(said);
  await expect(loadDrill({ id: "sound", file })).rejects.toMatchObject({ code: "harness" });
});

test("the package's own scenarios are sound", async () => {
  for (const entry of catalogue()) {
    for (const drill of await loadScenario(entry)) expect(drill.id).toBe(entry.id);
  }
});
