/** What forks leave in a record: in the origin that its machines were copied, in the fork where its own part begins. */

/** The machines of this run were copied at one instant, for forks; or could not be. `taking` is written and flushed before anything stands still. */
export interface ForkPointEntry {
  readonly kind: "fork-point";
  readonly atMs: number;
  readonly event: "taking" | "taken" | "not-taken";
  /** The processes that stood still for it, e.g. `n1/etcd`; empty but for `taken`. */
  readonly processes: readonly string[];
  /** For how long; null but for `taken`. */
  readonly stoodStillMs: number | null;
  /** Why it was not taken; else null. */
  readonly reason: string | null;
}

/**
 * The seam of a fork: what stands before `begins` was recorded by its origin. Between `begins` and `ends` stands what the fork
 * adds: each process that ran is taken to have been killed at that instant and is started again, operations under way are
 * unknown, watches are lost.
 */
export interface SeamEntry {
  readonly kind: "seam";
  readonly atMs: number;
  /** `ends`: every member that answered before does so again. */
  readonly event: "begins" | "ends";
  /** The processes that are started again, e.g. `n1/etcd`. */
  readonly processes: readonly string[];
}
