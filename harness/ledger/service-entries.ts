/** What of the service is left while members are taken away one after another. */

/**
 * A stretch in which the fault does nothing: it begins when the members that are left have found out who leads them, or that
 * nobody does, and ends right before the next one is taken away.
 */
export interface StretchEntry {
  readonly kind: "stretch";
  readonly atMs: number;
  readonly event: "begins" | "ends";
  /** The nodes whose members are gone by now, in the order in which they went. */
  readonly lost: readonly string[];
}

/** One read through one member, in a stretch. */
export interface ServiceReadEntry {
  readonly kind: "service-read";
  /** When it was answered or given up. */
  readonly atMs: number;
  readonly node: string;
  readonly sentAtMs: number;
  /** `local`: of what the member itself holds (serializable); `linearizable`: of what the whole cluster has agreed on. */
  readonly read: "local" | "linearizable";
  /** Whether it was answered within its time-out. */
  readonly ok: boolean;
  /** Why not ok; null when ok. */
  readonly reason: string | null;
}
