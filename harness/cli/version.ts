/** The version of this package, as its package.json says. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** package.json lies two folders up in a clone, and three in the compiled package. */
const MANIFESTS = ["../../package.json", "../../../package.json"];

/** The version, or `not known`. */
export function drillbookVersion(): string {
  for (const path of MANIFESTS) {
    try {
      const manifest = JSON.parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8")) as {
        name?: unknown;
        version?: unknown;
      };
      if (manifest.name === "drillbook" && typeof manifest.version === "string") return manifest.version;
    } catch {
      // The next one.
    }
  }
  return "not known";
}
