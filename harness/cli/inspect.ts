/** `inspect`: reads store folders offline and says which is the freshest. Writes nothing but its answer. */
import { resolve } from "node:path";
import { DrillError, exitCodeOf } from "../core/index.ts";
import {
  compareStores,
  inspectStore,
  isDamaged,
  storesIn,
  type Comparison,
  type StoreReport,
} from "../inspect/index.ts";
import { inspectionDocument } from "./inspect-document.ts";
import { inspectionText } from "./inspect-text.ts";
import { openStoreFolder, type OpenedFolder } from "../system/index.ts";
import { printable } from "./printable.ts";
import { writeText, type Terminal } from "./terminal.ts";

export interface InspectCommand {
  readonly folders: readonly string[];
  readonly json: boolean;
}

/**
 * Reads, compares, prints.
 * @returns 0 when the freshest is named and nothing is wrong; 1 when something is damaged; 4 when something cannot be told.
 * @throws DrillError `usage` for a folder that holds no store, or is given twice; `environment` for one that may not be read.
 */
export async function inspect({ folders, json }: InspectCommand, terminal: Terminal): Promise<number> {
  const paths = folders.map((folder) => resolve(terminal.cwd, folder));
  const twice = folders.find((_, at) => paths.indexOf(paths[at] ?? "") !== at);
  if (twice !== undefined) throw new DrillError("usage", "inspect", `${twice} is given twice.`);
  const stores = folders.map((folder, at) => reportOf(paths[at] ?? "", folder));
  const comparison = compareStores(stores);
  const text = json
    ? `${JSON.stringify(inspectionDocument(stores, comparison), null, 2)}\n`
    : `${inspectionText(stores, comparison).map(printable).join("\n")}\n`;
  await writeText(terminal.stdout, text);
  return exitCode(stores, comparison);
}

function reportOf(path: string, shown: string): StoreReport {
  using folder = openStoreFolder(path, shown);
  const names = folder.files.map(({ name }) => name);
  const [store, other] = storesIn(names);
  if (store === undefined)
    throw new DrillError("usage", "inspect", `${shown} holds no store of dqlite or etcd. ${hint(folder, names)}`);
  if (other !== undefined) {
    throw new DrillError(
      "usage",
      "inspect",
      `${shown} holds files of dqlite and of etcd: name the folder of one store.`,
    );
  }
  const report = inspectStore(folder, store);
  const changed = folder.change();
  if (changed === undefined) return report;
  const what =
    "changed while it was read: the store is in use, and this is no picture of one instant. Stop it, and inspect it again";
  return { ...report, findings: [{ kind: "cannot-tell", file: changed, atByte: null, what }, ...report.findings] };
}

/** A folder below may be the store: go-dqlite makes one per address. */
function hint({ path }: OpenedFolder, names: readonly string[]): string {
  const below = new Set(names.flatMap((name) => [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index))));
  const stores = [...below].filter((folder) => {
    const inside = names.filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1));
    return storesIn(inside).length === 1;
  });
  if (stores.length > 0) return `Did you mean ${stores.map((folder) => `${path}/${folder}`).join(" or ")}?`;
  return "dqlite: the folder with metadata1 and the segments. etcd: the data folder, in which member/wal lies.";
}

function exitCode(stores: readonly StoreReport[], { freshest, contradicts }: Comparison): number {
  if (contradicts || stores.some(isDamaged)) return exitCodeOf("failed");
  const isUnclear = stores.some(({ findings }) => findings.some(({ kind }) => kind === "cannot-tell"));
  return freshest.length === 0 || isUnclear ? exitCodeOf("inconclusive") : exitCodeOf("passed");
}
