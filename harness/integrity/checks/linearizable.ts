/** Check: the store answered as one copy would, before the fault and after convergence. */
import type { OperationEntry } from "../../ledger/index.ts";
import type { Timeline } from "../../measure/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { Histories } from "../key-histories.ts";
import { historyOf, readsOf, type Epoch } from "../linearizability/epochs.ts";
import { shortest } from "../linearizability/explain.ts";
import { linearizability } from "../linearizability/search.ts";
import { printable } from "../lost-keys.ts";

/** Explained in the finding; the rest is counted. */
const MOST_EXPLAINED = 5;

/**
 * The history is cut: each key is searched by itself, and the keys of one transaction together. A history that is not
 * linearizable in a cut is not as a whole; one that is in every cut may still have put the writes of keys that no
 * transaction joins in different orders for different readers, and the finding says that this was not looked at.
 */
export const linearizableCheck: Check<"linearizable"> = {
  id: "linearizable",
  title: "Linearizable",
  proves:
    "Before the fault and after convergence there is one order of the writes and reads of each key, and of the keys of each transaction, that explains every read.",
  source: {
    address: "https://etcd.io/docs/v3.6/learning/api_guarantees/",
    fact: "All operations but watches are linearizable: they take effect at one instant between their call and their answer, in one order for all clients.",
  },
  judge: (evidence) => {
    if (evidence.account.violations.length > 0)
      return inconclusive("The record is not sound, so no order was searched.");
    const { histories } = evidence.account;
    const operations = evidence.all("operation");
    const looked = epochsOf(evidence.timeline).map((epoch) => search(operations, histories, epoch));
    const wrong = looked.flatMap((one) => one.wrong);
    const undecided = looked.reduce((sum, one) => sum + one.undecided, 0);
    const keys = looked.reduce((sum, one) => sum + one.keys, 0);
    if (wrong.length > 0)
      return failed(`${wrong.length} histories have no order that explains their reads.`, explained(wrong));
    const idle = looked.filter((one) => one.keys === 0);
    if (idle.length > 0) return inconclusive(`No read was answered ${idle.map((one) => one.epoch.name).join(" or ")}.`);
    if (undecided > 0) return inconclusive(`${undecided} histories are too large to be searched.`);
    if (isWithoutEnd(evidence))
      return inconclusive("Steady state did not return, so nothing was searched after it.", [], ["never-steady-again"]);
    return passed(
      `The reads of ${keys} keys can be ordered, each key by itself and the keys of each transaction together; the order of other keys among each other was not looked at.`,
    );
  },
};

/** A drill whose page or fault began, and that was never steady again, has no second epoch. */
function isWithoutEnd({ timeline }: Evidence): boolean {
  return (
    (timeline.injectedAtMs !== null || timeline.runbookStartedAtMs !== null) && timeline.steadyAgainSinceMs === null
  );
}

function epochsOf({
  injectedAtMs,
  runbookStartedAtMs,
  runbookEndedAtMs,
  steadyAgainSinceMs,
}: Timeline): readonly Epoch[] {
  const untilMs = Math.min(injectedAtMs ?? Infinity, runbookStartedAtMs ?? Infinity);
  const before: Epoch = { name: "before the fault", fromMs: -Infinity, untilMs, knownFromMs: -Infinity };
  if (steadyAgainSinceMs === null || untilMs === Infinity) return [before];
  // What was written before the page ended may be lost by design.
  const knownFromMs = runbookEndedAtMs ?? Infinity;
  return [before, { name: "after convergence", fromMs: steadyAgainSinceMs, untilMs: Infinity, knownFromMs }];
}

interface Wrong {
  readonly epoch: Epoch;
  readonly operations: readonly OperationEntry[];
}

interface Looked {
  readonly epoch: Epoch;
  readonly keys: number;
  readonly undecided: number;
  readonly wrong: readonly Wrong[];
}

function search(operations: readonly OperationEntry[], histories: Histories, epoch: Epoch): Looked {
  const reads = readsOf(operations, epoch);
  const wrong: Wrong[] = [];
  const spoiled = new Set<string>();
  let undecided = 0;
  const look = (keys: readonly string[]): void => {
    const history = historyOf(keys, reads, histories, epoch);
    const found = linearizability(history);
    if (found === "undecided") undecided++;
    if (found !== "not-linearizable") return;
    for (const key of keys) spoiled.add(key);
    const left = wrong.length < MOST_EXPLAINED ? shortest(history) : [];
    const ids = new Set(left.map((one) => one.id));
    // A transaction stands for all its parts on these keys.
    const parts = operations.filter(
      (one) => keys.includes(one.key) && one.op !== "get" && one.transaction !== null && ids.has(one.transaction),
    );
    const byId = new Map(operations.flatMap((one) => (ids.has(one.id) ? [[one.id, one] as const] : [])));
    const named = [...ids].flatMap((id) => byId.get(id) ?? []);
    wrong.push({ epoch, operations: [...new Set([...named, ...parts])].sort((a, b) => a.sentAtMs - b.sentAtMs) });
  };
  for (const key of reads.keys()) look([key]);
  for (const parts of histories.transactions.values()) {
    const keys = parts.map((one) => one.key).filter((key) => reads.has(key) && !spoiled.has(key));
    if (keys.length > 1) look(keys);
  }
  return { epoch, keys: reads.size, undecided, wrong };
}

function explained(wrong: readonly Wrong[]): readonly string[] {
  return wrong
    .slice(0, MOST_EXPLAINED)
    .flatMap(({ epoch, operations }) => [
      `${epoch.name}, no order of these:`,
      ...operations.map((one) => `  ${describe(one)}`),
    ]);
}

function describe({ id, key, op, node, sentAtMs, atMs, outcome, valueHash, transaction }: OperationEntry): string {
  const what =
    op === "get" ? `read ${id}` : `${op} ${id}${transaction === null ? "" : ` of transaction ${transaction}`}`;
  const value =
    valueHash === null
      ? op === "get"
        ? " found nothing"
        : ""
      : ` ${op === "get" ? "found" : "of"} ${valueHash.slice(0, 8)}`;
  const until = outcome === "acknowledged" ? atMs.toFixed(1) : outcome;
  return `${printable(key)}: ${what}${value}, through ${node}, ${sentAtMs.toFixed(1)} to ${until} ms`;
}
