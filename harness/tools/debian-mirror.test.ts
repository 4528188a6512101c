import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findMirror } from "./debian-mirror.ts";

let aptDir: string;
beforeEach(() => {
  aptDir = mkdtempSync(join(tmpdir(), "drillbook-apt-"));
  mkdirSync(join(aptDir, "sources.list.d"));
});
afterEach(() => rmSync(aptDir, { recursive: true, force: true }));

const MIRROR = "http://mirror.invalid/debian";

test.each([
  ["sources.list", `# deb http://old.invalid/debian bookworm main\ndeb [arch=amd64] ${MIRROR} bookworm main contrib\n`],
  [
    "sources.list.d/debian.sources",
    `Types: deb\nURIs: ${MIRROR}\nSuites: bookworm bookworm-updates\nComponents: main\n`,
  ],
  [
    "sources.list.d/two.sources",
    `Types: deb\nURIs: http://other.invalid\nSuites: stable-tools\nComponents: main\n\n` +
      `Types: deb\nURIs: ${MIRROR}\nSuites: trixie\nComponents: main\nSigned-By: /key.gpg\n`,
  ],
])("finds the machine's Debian mirror in %s", (file, text) => {
  writeFileSync(join(aptDir, file), text);
  expect(findMirror(aptDir)).toBe(MIRROR);
});

test.each([
  ["sources.list", "deb http://mirror.invalid/ubuntu noble main\n"],
  ["sources.list", "deb http://security.invalid/debian-security bookworm-security main\n"],
  ["sources.list.d/debian.sources.bak", `Types: deb\nURIs: ${MIRROR}\nSuites: bookworm\nComponents: main\n`],
])("takes no other archive and no disabled file for it: %s %j", (file, text) => {
  writeFileSync(join(aptDir, file), text);
  expect(findMirror(aptDir)).toBeUndefined();
});
