/** Inspect: reads the data folders of dqlite and etcd offline, and says which is the freshest. Imports nothing of the project. */
export { highestNamedIndex } from "./dqlite/names.ts";
export { compareStores, type Comparison } from "./compare.ts";
export type { FolderView, ViewedFile } from "./folder-view.ts";
export { inspectStore, storesIn } from "./inspect-store.ts";
export type { Loss } from "./loss.ts";
export { isDamaged, type Finding, type StoreKind, type StoreReport } from "./report.ts";
