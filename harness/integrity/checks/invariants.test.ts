/** The published table of invariants is that of the code, and every invariant says what it rests on. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { invariantsPage } from "../../../scripts/record/invariants.ts";
import { CHECKS } from "./index.ts";

// `npx vitest run harness/integrity/checks/invariants.test.ts -u` writes it anew after a wanted change.
test("docs/invariants.md is that of the code", async () => {
  await expect(invariantsPage()).toMatchFileSnapshot("../../../docs/invariants.md");
});

test.each(Object.values(CHECKS))("$id names a public address, or a heading of this project that is there", (check) => {
  const { address, fact } = check.source;
  expect(fact).toMatch(/^[A-Za-z`].{40,}\.$/);
  if (/^https:\/\/[a-z0-9.-]+\/\S*$/.test(address)) return;
  const [file = "", heading] = address.split("#");
  const path = fileURLToPath(new URL(`../../../${file}`, import.meta.url));
  expect(existsSync(path)).toBe(true);
  const headings = [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );
  expect(headings).toContain(heading);
});
