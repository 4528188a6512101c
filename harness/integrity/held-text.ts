/** What a member holds of a key, in words. */
import type { HeldKey } from "../ledger/index.ts";

/** So many digits of a value's hash tell it from another. */
const DIGITS = 8;

/** The revision; where the store has none, the beginning of the value's hash. */
export function heldText(held: HeldKey | undefined): string {
  if (held === undefined) return "absent";
  return held.revision === null ? `the value ${held.valueHash.slice(0, DIGITS)}` : `revision ${held.revision}`;
}
