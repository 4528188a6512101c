/** From a folder to a report: which store it is, and its reader. Pure: it depends on the folder's bytes alone. */
import { readDqlite } from "./dqlite/read.ts";
import { readEtcd } from "./etcd/read.ts";
import type { FolderView } from "./folder-view.ts";
import type { StoreKind, StoreReport } from "./report.ts";

/** A name that only a dqlite folder has. */
const OF_DQLITE = /^(metadata[12]|open-\d+|\d{16,20}-\d{16,20}|snapshot-\d+-\d+-\d+(\.meta)?)$/;

/** Of etcd's data folder, or of the folder `member` in it. */
const OF_ETCD = /^(member\/)?(wal\/[0-9a-f]{16}-[0-9a-f]{16}\.wal|snap\/(db|[0-9a-f]{16}-[0-9a-f]{16}\.snap))$/;

/** The stores that a folder could be one of: none when it is neither. */
export function storesIn(names: readonly string[]): readonly StoreKind[] {
  const stores: StoreKind[] = [];
  if (names.some((name) => OF_DQLITE.test(name))) stores.push("dqlite");
  if (names.some((name) => OF_ETCD.test(name))) stores.push("etcd");
  return stores;
}

/** Reads a store of that kind. */
export function inspectStore(view: FolderView, store: StoreKind): StoreReport {
  return store === "dqlite" ? readDqlite(view) : readEtcd(view);
}
