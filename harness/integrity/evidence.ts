/** Everything that checks look at, derived once from the ledger. */
import type { JudgementPlan, Ledger, LedgerEntry, StoreLacks } from "../ledger/index.ts";
import {
  measureRecovery,
  memberNodesAfter,
  nodePlaces,
  startingNodes,
  type NodePlace,
  type Recovery,
  type Timeline,
} from "../measure/index.ts";
import { accountOf, type Account } from "./account.ts";
import { lacksOf } from "./store-lacks.ts";

/** The evidence of one drill. */
export interface Evidence {
  readonly ledger: Ledger;
  readonly plan: JudgementPlan;
  /** What the store lacks, as far as the record agrees. */
  readonly lacks: StoreLacks;
  /**
   * The nodes of the members: as the last look before the read-back tells, since the page may have made members on other
   * nodes than those of the start; those of the start where nobody told. That they are as many as promised is for
   * membership-as-promised to say.
   */
  readonly nodes: readonly string[];
  /** The nodes that had a member at the start. */
  readonly startingNodes: readonly string[];
  /** All nodes, spares too. */
  readonly places: readonly NodePlace[];
  readonly recovery: Recovery;
  readonly timeline: Timeline;
  readonly account: Account;
  /** All entries of one kind, in order. */
  all<K extends LedgerEntry["kind"]>(kind: K): readonly EntryOf<K>[];
}

/** The entry of a kind. */
export type EntryOf<K extends LedgerEntry["kind"]> = Extract<LedgerEntry, { readonly kind: K }>;

const derived = new WeakMap<Ledger, Evidence>();

/** The evidence of a ledger. Derived once: a ledger never changes, and of a million operations it costs seconds. */
export function evidenceOf(ledger: Ledger): Evidence {
  const known = derived.get(ledger);
  if (known !== undefined) return known;
  const evidence = derive(ledger);
  derived.set(ledger, evidence);
  return evidence;
}

function derive(ledger: Ledger): Evidence {
  const recovery = measureRecovery(ledger);
  const places = nodePlaces(ledger.entries);
  const nodes = memberNodesAfter(pick(recovery.watched, "cluster-probe"), places);
  const byKind = new Map<LedgerEntry["kind"], LedgerEntry[]>();
  for (const entry of ledger.entries) {
    const same = byKind.get(entry.kind);
    if (same === undefined) byKind.set(entry.kind, [entry]);
    else same.push(entry);
  }
  return {
    ledger,
    plan: ledger.header.plan,
    lacks: lacksOf(ledger).lacks,
    nodes,
    startingNodes: startingNodes(places),
    places,
    recovery,
    timeline: recovery.timeline,
    account: accountOf(ledger, recovery.timeline, nodes),
    all: <K extends LedgerEntry["kind"]>(kind: K) => (byKind.get(kind) ?? []) as unknown as readonly EntryOf<K>[],
  };
}

/** The entries of one kind among the given ones. */
export function pick<K extends LedgerEntry["kind"]>(entries: readonly LedgerEntry[], kind: K): readonly EntryOf<K>[] {
  return entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);
}
