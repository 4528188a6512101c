import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStoredThread } from "./stored-thread.ts";
import { storedIn } from "./stored.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "drillbook-stored-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("a folder is read the same apart as at once", async () => {
  await using folders = openStoredThread();
  expect(await folders.storedIn(folder)).toBeNull();
  for (const name of ["metadata1", "metadata2", "open-1", "0000000000000001-0000000000000030"])
    writeFileSync(join(folder, name), "");
  writeFileSync(join(folder, "snapshot-2-29-100"), "");
  const inAnHour = Math.ceil(Date.now() / 1000) + 3600;
  utimesSync(join(folder, "open-1"), inAnHour, inAnHour);
  const stored = storedIn(folder);
  expect(stored).toMatchObject({ namedIndex: "30", writtenAtUnixMs: inAnHour * 1000 });
  expect(stored?.flaws).not.toEqual([]);
  expect(await folders.storedIn(folder)).toEqual(stored);
});
