/** The shortest explanation of a history that is not linearizable: the operations that suffice for it. */
import { valuesRead, type RegisterHistory, type RegisterOperation } from "./history.ts";
import { linearizability } from "./search.ts";

/** A longer history is cut to its beginning only. */
const MOST_TRIED = 100;

/**
 * What is left when every operation is taken away without which the rest is still not linearizable. Only such are tried
 * whose absence cannot make a linearizable history look otherwise: reads, and writes that no read found.
 */
export function shortest(history: RegisterHistory): readonly RegisterOperation[] {
  const isWrong = (operations: readonly RegisterOperation[]): boolean =>
    linearizability({ ...history, operations }) === "not-linearizable";
  let left = beginning(history.operations, isWrong);
  if (left.length > MOST_TRIED) return left.slice(-MOST_TRIED);
  // Reads first: without them more writes are not needed.
  for (const one of left.toSorted((a, b) => Number(a.act.kind === "write") - Number(b.act.kind === "write"))) {
    const without = left.filter((other) => other !== one);
    const isRead = valuesRead(without);
    if (one.act.kind === "write" && one.act.writes.some(isRead)) continue;
    if (isWrong(without)) left = without;
  }
  return left;
}

/** The operations up to the answer of the first read that cannot be explained. */
function beginning(
  operations: readonly RegisterOperation[],
  isWrong: (operations: readonly RegisterOperation[]) => boolean,
): readonly RegisterOperation[] {
  const answersMs = operations.flatMap((one) => (one.act.kind === "read" ? [one.returnMs] : [])).sort((a, b) => a - b);
  const until = (atMs: number): readonly RegisterOperation[] =>
    operations.flatMap((one) => {
      if (one.callMs > atMs || (one.act.kind === "read" && one.returnMs > atMs)) return [];
      return [one.returnMs > atMs ? { ...one, returnMs: Infinity, optional: true } : one];
    });
  let [low, high] = [0, answersMs.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isWrong(until(answersMs[middle] ?? Infinity))) high = middle;
    else low = middle + 1;
  }
  const cut = until(answersMs[low] ?? Infinity);
  return isWrong(cut) ? cut : operations;
}
