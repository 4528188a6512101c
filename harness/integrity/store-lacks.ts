/**
 * What the store lacks, by its declaration, as far as the record agrees: a declaration that the record contradicts excuses
 * nothing. Not its business: what is done about it live (workload, read-back).
 */
import type { CheckId, CheckPlan, Ledger, LedgerEntry, MemberView, StoreFeature, StoreLacks } from "../ledger/index.ts";

/** The declaration, held against the record. */
export interface KnownLacks {
  /** What is lacking, with the reasons. */
  readonly lacks: StoreLacks;
  /** Why the rest of the declaration is not so, one sentence each. */
  readonly contradicted: readonly string[];
}

/** Which checks need a feature: without it they are not judged. Whatever else a store lacks is told of by the checks that go on without. */
const CHECKS_THAT_NEED: Readonly<Partial<Record<StoreFeature, readonly CheckId[]>>> = {
  revisions: ["nothing-duplicated", "revision-not-back"],
  transactions: ["transactions-whole"],
  watches: ["watches-told"],
  leases: ["leases-sane"],
  "cluster-id": ["cluster-id-as-promised"],
  alarms: ["no-alarm"],
  quota: ["quota-as-promised"],
  "recovery-flags": ["no-recovery-flag"],
};

/** The feature that this check needs, of those that are lacking; null when it can be judged. */
export function lackingFor(
  check: CheckId,
  lacks: StoreLacks,
): { readonly feature: StoreFeature; readonly because: string } | null {
  for (const [feature, because] of declared(lacks)) {
    if (CHECKS_THAT_NEED[feature]?.includes(check) === true) return { feature, because };
  }
  return null;
}

const known = new WeakMap<Ledger, KnownLacks>();

/** What the store of this record lacks. Looked through once for a ledger. */
export function lacksOf(ledger: Ledger): KnownLacks {
  const before = known.get(ledger);
  if (before !== undefined) return before;
  const found = compare(ledger);
  known.set(ledger, found);
  return found;
}

function compare({ entries, header }: Ledger): KnownLacks {
  const all = declared(header.plan.store.lacks);
  if (all.length === 0) return { lacks: {}, contradicted: [] };
  const shown = new Map<StoreFeature, string>();
  const checks = header.plan.checks.flatMap((one) => (one.id === "harm-as-declared" ? [one, ...one.checks] : [one]));
  for (const [feature, what] of checks.flatMap(shownByPlan)) shown.set(feature, what);
  for (const entry of entries)
    for (const [feature, what] of shownBy(entry)) if (!shown.has(feature)) shown.set(feature, what);
  return {
    lacks: Object.fromEntries(all.filter(([feature]) => !shown.has(feature))),
    contradicted: all.flatMap(([feature]) => {
      const what = shown.get(feature);
      return what === undefined ? [] : [`The store is declared to lack ${feature}, and ${what}.`];
    }),
  };
}

/** The declared features, in no particular order; a name that is unknown here is no declaration. */
function declared(lacks: StoreLacks): readonly (readonly [StoreFeature, string])[] {
  return Object.entries(lacks) as [StoreFeature, string][];
}

type Shown = readonly [StoreFeature, string];

function shownByPlan(check: CheckPlan): readonly Shown[] {
  return check.id === "no-recovery-flag" && check.flags.length + check.variables.length > 0
    ? [["recovery-flags", "it declares some"]]
    : [];
}

/** The features that one entry shows to be there. */
function shownBy(entry: LedgerEntry): readonly Shown[] {
  switch (entry.kind) {
    case "operation": {
      if (entry.outcome !== "acknowledged") return [];
      const { op, revision, transaction } = entry;
      return [
        ...(revision === null ? [] : [["revisions", `operation ${entry.id} was told one`] as const]),
        ...(op === "delete" ? [["deletes", `operation ${entry.id} is one`] as const] : []),
        ...(transaction === null ? [] : [["transactions", `operation ${entry.id} is a part of one`] as const]),
      ];
    }
    case "fence":
      return entry.revision === null ? [] : [["revisions", "a fence was told one"]];
    case "read-back":
      return entry.items.some(({ revision, version }) => revision !== null || version !== null)
        ? [["revisions", `${entry.node} holds keys with them`]]
        : [];
    case "read-back-end":
      return entry.stateHash === null ? [] : [["state-hash", `${entry.node} told one`]];
    case "watch-open":
      return entry.opened ? [["watches", "one was opened"]] : [];
    case "lease":
    case "lease-object":
      return entry.outcome === "acknowledged" ? [["leases", "one was answered"]] : [];
    case "cluster-probe":
    case "diagnosis":
    case "old-data-look":
      return entry.views.flatMap(shownByView);
    default:
      return [];
  }
}

function shownByView(view: MemberView): readonly Shown[] {
  const said = `${view.node} told`;
  return [
    ...(view.revision === null ? [] : [["revisions", `${said} one`] as const]),
    ...(view.clusterId === null ? [] : [["cluster-id", `${said} one`] as const]),
    ...(view.alarms === null ? [] : [["alarms", `${said} of them`] as const]),
    ...(view.quotaBytes === null ? [] : [["quota", `${said} one`] as const]),
    ...(view.stateHash === null ? [] : [["state-hash", `${said} one`] as const]),
    ...(view.members?.some(({ clientUrls, name }) => name !== "" || clientUrls.length > 0) === true
      ? [["member-names", `${said} some`] as const]
      : []),
  ];
}
