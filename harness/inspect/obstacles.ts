/** What makes any order of some stores meaningless: they are not of one cluster, or cannot be. */
import { agreementOf } from "./agreement.ts";
import { pairs } from "./pairs.ts";
import type { StoreReport } from "./report.ts";

/** Why two stores cannot be of one cluster by what they hold; empty: nothing speaks against it. */
export function contradictionOf(a: StoreReport, b: StoreReport): readonly string[] {
  if (a.store !== b.store || isForeign(a, b)) return [];
  const { contradiction } = agreementOf(a, b);
  if (contradiction === null) return [];
  return [
    `${a.folder} and ${b.folder}: ${contradiction.what}. They are of two clusters, or one was made a cluster of its own by hand, or is damaged where no checksum shows it, or lost a segment before an open one`,
  ];
}

/** What makes any order of these stores meaningless. */
export function obstaclesOf(stores: readonly StoreReport[]): readonly string[] {
  const kinds = new Set(stores.map(({ store }) => store));
  if (kinds.size > 1) return [`stores of ${[...kinds].join(" and ")} cannot be compared`];
  const foreign = pairs(stores).filter(([a, b]) => isForeign(a, b));
  const strangers = pairs(stores).filter(([a, b]) => areStrangers(a, b));
  const made =
    stores.length < 2
      ? []
      : stores.filter(({ last, reconfiguredAt }) => last !== null && last.index === reconfiguredAt);
  return [
    ...foreign.map(
      ([a, b]) =>
        `${a.folder} and ${b.folder} are of two clusters (${hex(a.identity.clusterId)} and ${hex(b.identity.clusterId)}): their terms and indexes have nothing to do with each other`,
    ),
    ...strangers.map(
      ([a, b]) =>
        `${a.folder} and ${b.folder} have no entry in common and know no common member: they may be of two clusters`,
    ),
    ...made.map(
      ({ folder }) =>
        `${folder} ends with members that somebody gave it by hand: the term of that entry cannot be held against the others'`,
    ),
  ];
}

function isForeign(a: StoreReport, b: StoreReport): boolean {
  return (
    a.identity.clusterId !== null && b.identity.clusterId !== null && a.identity.clusterId !== b.identity.clusterId
  );
}

/** dqlite has no id of the cluster; a common entry or a common member speaks for one cluster. */
function areStrangers(a: StoreReport, b: StoreReport): boolean {
  if (a.store !== "dqlite" || b.store !== "dqlite" || a.last === null || b.last === null) return false;
  const common = a.servers.some((one) => b.servers.some(({ id, address }) => id === one.id && address === one.address));
  return !common && agreementOf(a, b).upTo === null;
}

function hex(id: bigint | null): string {
  return id?.toString(16) ?? "unknown";
}
