/** Where this machine has its packages from. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Releases that mark an entry of the machine's own sources as one for Debian's main archive. */
const DEBIAN_SUITES = /^(bullseye|bookworm|trixie|forky|sid|oldstable|stable|testing|unstable)$/;

/** The address of a Debian mirror that the machine itself uses, from sources in either format. */
export function findMirror(aptDir: string): string | undefined {
  const parts = join(aptDir, "sources.list.d");
  const files = [
    join(aptDir, "sources.list"),
    ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : []),
  ];
  for (const file of files) {
    if (!existsSync(file) || !/\.(list|sources)$/.test(file)) continue;
    const text = readFileSync(file, "utf8");
    const entries = file.endsWith(".sources") ? stanzas(text) : oneLiners(text);
    const entry = entries.find(({ suites }) => suites.some((suite) => DEBIAN_SUITES.test(suite)));
    if (entry !== undefined) return entry.uri;
  }
  return undefined;
}

interface SourceEntry {
  readonly uri: string;
  readonly suites: readonly string[];
}

/** `deb [options] URI SUITE COMPONENTS...` */
function oneLiners(text: string): readonly SourceEntry[] {
  return [...text.matchAll(/^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+.*\bmain\b/gm)].map(
    ([, uri = "", suite = ""]) => ({ uri, suites: [suite] }),
  );
}

/** Paragraphs of `Field: values` (deb822). */
function stanzas(text: string): readonly SourceEntry[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): readonly string[] =>
      new RegExp(`^${name}:[ \\t]*(.*)$`, "im").exec(stanza)?.[1]?.split(/\s+/) ?? [];
    const [uri] = field("URIs");
    return uri !== undefined && uri !== "" && field("Components").includes("main")
      ? [{ uri, suites: field("Suites") }]
      : [];
  });
}
