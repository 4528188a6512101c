/** A whole ledger in memory, as the judge takes it. Not its business: where it came from (reader.ts). */
import type { LedgerEntry } from "./entries.ts";
import type { LedgerHeader } from "./header.ts";

/** What was recorded of one run. */
export interface Ledger {
  readonly header: LedgerHeader;
  /** In the order in which they were recorded: the order in which the live part learned of them. */
  readonly entries: readonly LedgerEntry[];
  /** Whether the file ended in half a line, which was dropped: the writer died while it wrote. */
  readonly tornTail: boolean;
}
