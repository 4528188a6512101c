/**
 * Which folder may import which, as data, and the judgement of one import. Pure; `boundaries.ts` makes it a lint rule.
 * The reason for each border is in docs/architecture.md: above all, the judge must not be able to reach anything live,
 * and the procedure must not be able to know the fault.
 */
import { dirname, join, relative, sep } from "node:path";

/** For each folder below harness/, the other folders that it may import. What is not listed is forbidden. */
export const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ledger: ["core"],
  tools: ["core", "ledger"],
  substrate: ["core", "ledger", "tools"],
  // What a member's folder says is looked into where the member itself tells too little.
  system: ["core", "inspect", "ledger", "tools", "substrate"],
  workload: ["core", "ledger", "tools", "substrate", "system"],
  fault: ["core", "ledger", "tools", "substrate", "system"],
  runbook: ["core", "ledger", "tools", "substrate", "system"],
  measure: ["core", "ledger"],
  integrity: ["core", "ledger", "measure"],
  report: ["core", "ledger", "measure", "integrity"],
  // The live waits for detection and convergence use the judge's own fold, so that they cannot disagree.
  drill: ["core", "ledger", "tools", "substrate", "system", "workload", "fault", "runbook", "measure"],
  // A tool of its own, for people who stand before broken stores: it shares nothing with the drills.
  inspect: [],
  cli: [
    "core",
    "inspect",
    "ledger",
    "tools",
    "substrate",
    "system",
    "workload",
    "fault",
    "runbook",
    "measure",
    "integrity",
    "report",
    "drill",
  ],
};

/** Folders whose functions depend on their arguments only. `report` is not among them: it writes files. */
const PURE_FOLDERS: ReadonlySet<string> = new Set(["measure", "integrity", "inspect"]);

/** What pure code may have of Node itself: arithmetic on bytes and text. */
const PURE_NODE_MODULES: ReadonlySet<string> = new Set(["node:crypto", "node:buffer", "node:util"]);

/**
 * What is wrong with an import, or undefined.
 *
 * @param rootDir the project's folder
 * @param fromFile absolute path of the importing file
 * @param specifier as written in the import
 */
export function importProblem(rootDir: string, fromFile: string, specifier: string): string | undefined {
  const from = relative(rootDir, fromFile).split(sep);
  if (fromFile.endsWith(".test.ts")) return undefined;
  const fromFolder = folderOf(from);
  if (fromFolder === undefined) return undefined;
  if (!specifier.startsWith(".")) return packageProblem(fromFolder, specifier);

  const to = relative(rootDir, join(dirname(fromFile), specifier)).split(sep);
  const toFolder = folderOf(to);
  if (fromFolder === toFolder) return undefined;
  if (from[0] === "harness" && to[0] !== "harness") {
    return `harness/${fromFolder} must not import ${to[0]}/: the harness knows no scenario, fixture or script.`;
  }
  if (toFolder === undefined || to[0] !== "harness") return undefined;
  const allowed = ALLOWED_IMPORTS[fromFolder];
  if (from[0] === "harness" && !allowed?.includes(toFolder)) {
    return `harness/${fromFolder} must not import harness/${toFolder} (scripts/lint/allowed-imports.ts has the table).`;
  }
  if (to.length !== 3 || to[2] !== "index.ts") {
    return `Import harness/${toFolder}/index.ts: a folder shows its public face in that one file.`;
  }
  return undefined;
}

/** What is wrong with an import whose source is computed, or undefined. Only the catalogue of drills needs one. */
export function computedImportProblem(rootDir: string, fromFile: string): string | undefined {
  const from = relative(rootDir, fromFile).split(sep);
  if (fromFile.endsWith(".test.ts") || from[0] !== "harness" || folderOf(from) === "cli") return undefined;
  return "Only harness/cli may compute what it imports: a computed import cannot be held against the table.";
}

function packageProblem(fromFolder: string, specifier: string): string | undefined {
  if (!PURE_FOLDERS.has(fromFolder)) return undefined;
  if (!specifier.startsWith("node:") || PURE_NODE_MODULES.has(specifier)) return undefined;
  return `harness/${fromFolder} is pure and must not import ${specifier}: what it says depends on what it is given alone.`;
}

/** `harness/<folder>/...` gives the folder; scenarios/ stands for itself. Developers' tools and fixtures of tests are free. */
function folderOf(path: readonly string[]): string | undefined {
  const [top, second] = path;
  if (top === "harness") return path.length > 2 ? second : undefined;
  return top === "scenarios" ? top : undefined;
}
