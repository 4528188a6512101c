/**
 * What a store may lack of what a drill uses and judges. What is lacking is neither used by the workload nor judged, and
 * the reports say so with the reason. Data in the plan, so that the judge needs no system (law 1).
 */

/**
 * - `revisions`: an acknowledged write is told no number that orders it; then a value alone names its write.
 * - `deletes`, `transactions`: clients cannot delete; cannot write several keys at once, nor on a condition.
 * - `watches`, `leases`: no client can hold them open.
 * - `local-reads`: no member answers from what it holds itself; what does is read from its files.
 * - `member-names`: the member list has ids and peer addresses, and neither names nor addresses for clients.
 * - `cluster-id`, `alarms`, `quota`: no member tells one.
 * - `state-hash`: no member hashes its own data; agreement is then seen by the read-back alone.
 * - `recovery-flags`: nothing starts a member in a way that is for a recovery only.
 */
export const STORE_FEATURES = [
  "revisions",
  "deletes",
  "transactions",
  "watches",
  "leases",
  "local-reads",
  "member-names",
  "cluster-id",
  "alarms",
  "quota",
  "state-hash",
  "recovery-flags",
] as const;
export type StoreFeature = (typeof STORE_FEATURES)[number];

/** Each lacking feature with the reason, one sentence for the report; of a store that has all: empty. */
export type StoreLacks = Readonly<Partial<Record<StoreFeature, string>>>;

/** What the plan says of the store. */
export interface StorePlan {
  readonly lacks: StoreLacks;
}
