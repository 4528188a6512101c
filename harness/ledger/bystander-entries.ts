/**
 * What is on record of a bystander: a second cluster beside the one that the drill is about, which no fault touches. Each line of
 * it stands within a line that names the cluster, so that nothing of it is ever taken for the drilled cluster's.
 */
import { DrillError } from "../core/index.ts";
import type {
  ClusterProbeEntry,
  LedgerEntry,
  LoopLagEntry,
  NodeEntry,
  ProcessEntry,
  ServiceProbeEntry,
} from "./entries.ts";
import type { LedgerFeed, Recorder } from "./recorder.ts";
import type {
  FenceEntry,
  OperationEntry,
  ReadBackEndEntry,
  ReadBackEntry,
  WorkloadStoppedEntry,
} from "./write-entries.ts";

/** A line of a bystander. */
export interface BystanderEntry {
  readonly kind: "bystander";
  /** That of the line within. */
  readonly atMs: number;
  /** The cluster's name, e.g. `events`. */
  readonly cluster: string;
  readonly entry: EntryOfBystander;
}

/** What is recorded of a bystander. No watches, leases or logs: nobody looks at those. */
export type EntryOfBystander =
  | NodeEntry
  | ProcessEntry
  | ServiceProbeEntry
  | ClusterProbeEntry
  | LoopLagEntry
  | OperationEntry
  | WorkloadStoppedEntry
  | FenceEntry
  | ReadBackEntry
  | ReadBackEndEntry;

const KINDS: Readonly<Record<EntryOfBystander["kind"], true>> = {
  node: true,
  process: true,
  operation: true,
  "workload-stopped": true,
  "service-probe": true,
  "cluster-probe": true,
  "loop-lag": true,
  fence: true,
  "read-back": true,
  "read-back-end": true,
};

function isOfBystander(entry: LedgerEntry): entry is EntryOfBystander {
  return Object.hasOwn(KINDS, entry.kind);
}

/**
 * The ledger as whoever watches this bystander sees it: what is recorded is marked with the cluster's name. Troubles are the run's
 * own and stay so.
 * @throws DrillError `harness` for what is not recorded of a bystander.
 */
export function recorderOfBystander(recorder: Recorder, cluster: string): Recorder {
  return {
    record: (entry) => {
      if (isOfBystander(entry)) recorder.record({ kind: "bystander", atMs: entry.atMs, cluster, entry });
      else if (entry.kind === "trouble") recorder.record(entry);
      else throw new DrillError("harness", "bystander", `"${entry.kind}" is not recorded of the bystander ${cluster}`);
    },
    flush: () => recorder.flush(),
  };
}

/** Tells of this bystander's own lines, as they are. */
export function feedOfBystander(feed: LedgerFeed, cluster: string): LedgerFeed {
  return {
    subscribe: (listener) =>
      feed.subscribe((one) => {
        if (one.kind === "bystander" && one.cluster === cluster) listener(one.entry);
      }),
  };
}
