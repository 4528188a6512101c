/** docs/microk8s-readings.md has every reading of the page for MicroK8s that is drilled, with the outcome that its scenario declares. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { catalogue } from "../harness/cli/catalogue.ts";
import { loadScenario } from "../harness/cli/load-scenario.ts";
import { drillName, type Drill } from "../harness/drill/index.ts";

/** As the table says it. */
function declaredWords({ expected }: Drill): string {
  return expected.kind === "passed" ? "passes" : `fails: ${expected.story}`;
}

test("the table has each reading once, with its declared outcome", async () => {
  const drills = await Promise.all(
    catalogue()
      .filter(({ id }) => id.startsWith("microk8s-"))
      .map(loadScenario),
  );
  const page = readFileSync(new URL("../docs/microk8s-readings.md", import.meta.url), "utf8");
  const rows = page.split("\n").flatMap((line) => {
    const [, name, declared] = /^\| `(microk8s-[^`]+)` \| ([^|]+) \| [^|]+ \|$/.exec(line) ?? [];
    return name === undefined ? [] : [`${name}: ${declared}`];
  });
  expect(rows.toSorted()).toEqual(
    drills
      .flat()
      .map((drill) => `${drillName(drill)}: ${declaredWords(drill)}`)
      .toSorted(),
  );
});
