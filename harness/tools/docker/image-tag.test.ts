import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { imageReference } from "./image-tag.ts";

const BASE = "sha256:1";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "drillbook-tag-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A folder with these files, made in this order. */
function folder(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(root, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(path, file, ".."), { recursive: true });
    writeFileSync(join(path, file), content);
    chmodSync(join(path, file), 0o644);
  }
  return path;
}

const FILES = { Dockerfile: "FROM x\n", "bin/one": "1", "bin/two": "2" };

test("the same content gives the same tag, wherever it lies, in whatever order and at whatever time it was made", () => {
  const one = folder("one", FILES);
  const other = folder("other", { "bin/two": "2", "bin/one": "1", Dockerfile: "FROM x\n" });
  utimesSync(join(other, "Dockerfile"), 1, 1);
  chmodSync(join(other, "Dockerfile"), 0o600);
  expect(imageReference("node", other, BASE)).toBe(imageReference("node", one, BASE));
  expect(imageReference("node", one, BASE)).toMatch(/^drillbook\/node:[0-9a-f]{12}$/);
});

test.each<readonly [string, (path: string) => void]>([
  ["another byte", (path) => writeFileSync(join(path, "bin/one"), "2")],
  ["a file more", (path) => writeFileSync(join(path, "empty"), "")],
  ["a file less", (path) => rmSync(join(path, "bin/two"))],
  ["another name", (path) => writeFileSync(join(path, "bin/three"), "2")],
  ["leave to execute", (path) => chmodSync(join(path, "bin/one"), 0o755)],
  [
    "a link for a file",
    (path) => {
      rmSync(join(path, "bin/one"));
      symlinkSync("1", join(path, "bin/one"));
    },
  ],
  [
    "content that moved from one file to the next",
    (path) => {
      writeFileSync(join(path, "bin/one"), "");
      writeFileSync(join(path, "bin/two"), "12");
    },
  ],
])("%s gives another tag", (_name, change) => {
  const path = folder("one", FILES);
  const before = imageReference("node", path, BASE);
  change(path);
  expect(imageReference("node", path, BASE)).not.toBe(before);
});

test("another base gives another tag", () => {
  const path = folder("one", FILES);
  expect(imageReference("node", path, "sha256:2")).not.toBe(imageReference("node", path, BASE));
});
