/** What the workload's clients were acknowledged while a fault is injected, for one that has to meet an instant. */
import type { ArmOptions } from "./fault.ts";

/** From when it was begun until it is disposed. */
export interface ClientWrites extends Disposable {
  /** Whether there are clients: some operation of theirs went on record. */
  readonly areThere: () => boolean;
  /** How many acknowledged puts are on record that are later than this revision. */
  readonly putsBeyond: (revision: bigint) => number;
  /** How many acknowledged puts are on record that were sent at this instant of the run's clock or later. */
  readonly putsSentSince: (atMs: number) => number;
}

/** Begins to listen. Where there is no feed there are no clients. */
export function clientWrites({ feed }: Pick<ArmOptions, "feed">): ClientWrites {
  const revisions: bigint[] = [];
  const sentAtMs: number[] = [];
  let operations = 0;
  const listening = feed?.subscribe((entry) => {
    if (entry.kind !== "operation") return;
    operations++;
    if (entry.op !== "put" || entry.outcome !== "acknowledged") return;
    sentAtMs.push(entry.sentAtMs);
    if (entry.revision !== null) revisions.push(BigInt(entry.revision));
  });
  return {
    areThere: () => operations > 0,
    putsSentSince: (atMs) => sentAtMs.filter((one) => one >= atMs).length,
    putsBeyond: (revision) => revisions.filter((one) => one > revision).length,
    [Symbol.dispose]: () => listening?.[Symbol.dispose](),
  };
}
