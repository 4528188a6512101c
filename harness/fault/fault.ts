/**
 * The face of a fault: arm, inject, lift, and the witness that proves its effect.
 * Not its business: recovery. runbook/ must not import this folder (law 8).
 */
import type { RunContext } from "../core/index.ts";
import type { LedgerFeed, MemberView, Recorder } from "../ledger/index.ts";
import type { Capability } from "../substrate/index.ts";
import type { Cluster } from "../system/index.ts";

/** What is broken on purpose. */
export interface Fault {
  readonly id: string;
  /** One sentence: what is broken, for the report. */
  readonly effect: string;
  /** The signs that the witness must see after the injection and must not see before it. */
  readonly signs: readonly string[];
  /** What the substrate must be able to do for it; left out: nothing that not every one can. Without it the drill is skipped. */
  readonly needs?: readonly Capability[];
  /** Why nobody can start what it stops, so that the control restart-only has nothing to do. Left out: somebody can. */
  readonly nothingToStart?: string;
  /**
   * Resolves targets from what the members say now, takes responsibility, touches nothing.
   * @throws DrillError `harness` when the targets cannot be resolved (e.g. there is no leader).
   */
  arm(options: ArmOptions): Promise<ArmedFault>;
}

/** What the last phase of the drill brings back (drill/old-data.ts), when the recovery has been judged. */
export type OldData = SetAsideData | DataInPlace;

/** The data of one lost member, out of everybody's reach until the drill brings it back, and how it used to be started. */
export interface SetAsideData {
  readonly kind: "set-aside";
  readonly node: string;
  /** The name that it was set aside under (`Node.setAside`). */
  readonly setAsideAs: string;
  /** The text of the manifest that started its process when the fault was armed. */
  readonly manifest: string;
}

/**
 * Machines that are dark: until the last phase nobody can start anything on them. Then all of them start at once what their
 * manifests say, with the data that they have, as machines do whose power comes back.
 */
export interface DataInPlace {
  readonly kind: "in-place";
  readonly nodes: readonly string[];
}

export interface ArmOptions {
  readonly cluster: Cluster;
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** What goes on record meanwhile, for a fault that has to meet an instant; left out: nobody writes but the fault. */
  readonly feed?: LedgerFeed;
  /** A fresh view of each node. */
  readonly views: readonly MemberView[];
}

/** A fault that ends by itself: the drill ends it at its time, as the scenario declares. That is not the harness healing. */
export interface Lasting {
  /** Counted from when the injection was over. */
  readonly forMs: number;
  /** Ends it. Records `lifting` (flushed) before the first touch and `lifted` after the last. Called once. */
  lift(): Promise<void>;
}

/**
 * A fault that may be injected. Disposing takes back what it still holds (a process that is paused, say); a fault that is
 * for good has nothing to take back.
 */
export interface ArmedFault extends AsyncDisposable {
  readonly targets: readonly string[];
  /** What it may touch, one line each; printed before it is injected. */
  readonly blastRadius: readonly string[];
  /** What it leaves of lost members when it is injected, for the last phase of the drill; null: nothing. */
  readonly oldData: OldData | null;
  /** How long it lasts; null: for good. */
  readonly lasts: Lasting | null;
  /** Acts. Records `injecting` (flushed) before the first touch and `injected` after the last. */
  inject(): Promise<void>;
  /** An observer of its own: other clients and other calls than the injector's. */
  readonly witness: Witness;
}

/** Sees the effect of a fault, independently of the injector (law 3). */
export interface Witness {
  /**
   * Looks once for each sign and records a `witness` entry for each: true, false, or null where it could not look.
   * Never throws for what it sees.
   */
  observe(when: "before" | "after"): Promise<void>;
}
