/** Probes that show nothing but that the harness stood still. */
import { HARNESS_STOOD_STILL, type LedgerEntry } from "../ledger/index.ts";

/** Whether the harness's own standstill is all that a probe shows. */
export function provesNothing(entry: LedgerEntry): boolean {
  return (
    (entry.kind === "service-probe" && entry.ok === null) ||
    (entry.kind === "cluster-probe" && entry.views.some((view) => view.reason === HARNESS_STOOD_STILL))
  );
}
