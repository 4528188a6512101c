/** Revisions that can be compared, and cheaply: a ledger has a million of them. */

/**
 * A 64-bit number of the store: a number where a double holds it exactly, and else a bigint. Each value has one form only,
 * so that `<` and `===` are right between any two. A bigint takes ten times as long to make.
 */
export type Revision = number | bigint;

/** So many digits are a whole number that a double holds exactly. */
const EXACT_DIGITS = 15;

/** The value of decimal digits. */
export function revisionOf(digits: string): Revision {
  if (digits.length <= EXACT_DIGITS) return Number(digits);
  const value = BigInt(digits);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
