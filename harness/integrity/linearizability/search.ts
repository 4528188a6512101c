/**
 * Whether a history is linearizable: whether all its operations can be put in one order, in which none comes before one
 * that had returned before it was called, and every read finds what was last written.
 *
 * The search of Wing and Gong (Testing and Verifying Concurrent Objects, 1993), with the memory of Lowe (Testing for
 * Linearizability, 2017): of two partial orders with the same operations and the same state one is enough. No kept
 * library for JavaScript was found; Porcupine (Go) and Knossos (Clojure) do the same.
 */
import { idOf, type RegisterHistory, type RegisterOperation, type Value } from "./history.ts";

/** What the search found. `undecided`: it would have taken more steps than are allowed. */
export type Linearizability = "linearizable" | "not-linearizable" | "undecided";

/** Far more than any key with one writer needs, and less than a tenth of a second. */
const MOST_STEPS = 20_000;
/** Operations without an answer are the bits of a number. */
const MOST_OPTIONAL = 30;

/** Undefined: nobody knows yet what it held at first. */
type State = readonly (Value | undefined)[];

/** A partial order: what is in it, and the state after it. */
interface Partial {
  /** All operations that must happen below this index are in it. */
  readonly from: number;
  /** And these above it, sorted. */
  readonly ahead: readonly number[];
  /** A bit for each optional one. */
  readonly optional: number;
  readonly state: State;
}

/** Searches an order of the operations. */
export function linearizability(
  { operations, initial }: RegisterHistory,
  mostSteps: number = MOST_STEPS,
): Linearizability {
  const must = operations.filter((one) => !one.optional).toSorted((a, b) => a.callMs - b.callMs);
  const may = operations.filter((one) => one.optional);
  if (may.length === 0 && isInOrderAsItIs(must, initial)) return "linearizable";
  if (may.length > MOST_OPTIONAL) return "undecided";
  const keys = [...new Set(operations.flatMap(keysOf))];
  const index = new Map(keys.map((key, at) => [key, at]));
  const written = new Set(operations.flatMap(({ act }) => (act.kind === "write" ? act.writes.map(idOf) : [])));
  const seen = new Set<string>();
  const open: Partial[] = [{ from: 0, ahead: [], optional: 0, state: keys.map((key) => initial.get(key)) }];
  for (let steps = 0; open.length > 0; steps++) {
    if (steps >= mostSteps) return "undecided";
    const partial = withReads(open.pop() as Partial, must, index);
    if (partial.from === must.length) return "linearizable";
    const name = nameOf(partial);
    if (seen.has(name)) continue;
    seen.add(name);
    const untilMs = firstReturnMs(partial, must);
    for (const [at, operation] of may.entries()) {
      if ((partial.optional & (1 << at)) !== 0 || operation.callMs > untilMs) continue;
      const state = after(partial.state, operation, index, written);
      if (state !== null) open.push({ ...partial, optional: partial.optional | (1 << at), state });
    }
    for (const at of callable(partial, must, untilMs)) {
      const state = after(partial.state, must[at] as RegisterOperation, index, written);
      if (state !== null) open.push({ ...including(partial, at), state });
    }
  }
  return "not-linearizable";
}

/**
 * Whether operations that do not overlap, and have therefore one order only, explain their reads. Nearly all histories of
 * the workload are such, and of those there are many.
 */
function isInOrderAsItIs(byCall: readonly RegisterOperation[], initial: ReadonlyMap<string, Value>): boolean {
  const state = new Map(initial);
  let untilMs = -Infinity;
  return byCall.every(({ act, callMs, returnMs }) => {
    if (callMs < untilMs) return false;
    untilMs = returnMs;
    if (act.kind === "read") return state.get(act.key) === act.value;
    for (const { key, value } of act.writes) state.set(key, value);
    return true;
  });
}

/**
 * The partial order with every read that can come next and finds the state as it is. Such a read can always come at once:
 * it changes nothing, and whoever comes after it only gains.
 */
function withReads(partial: Partial, must: readonly RegisterOperation[], index: ReadonlyMap<string, number>): Partial {
  for (let now = partial; ;) {
    const next = callable(now, must, firstReturnMs(now, must)).find((at) => {
      const act = must[at]?.act;
      return act?.kind === "read" && now.state[index.get(act.key) ?? -1] === act.value;
    });
    if (next === undefined) return now;
    now = including(now, next);
  }
}

function nameOf({ from, ahead, optional, state }: Partial): string {
  // JSON has no word for undefined.
  return JSON.stringify([from, ahead, optional, state.map((value) => (value === undefined ? 0 : value))]);
}

/** The first return among the operations that are still to come: nothing that is called later can come before it. */
function firstReturnMs(partial: Partial, must: readonly RegisterOperation[]): number {
  let firstMs = Infinity;
  for (let at = partial.from; at < must.length; at++) {
    const { callMs, returnMs } = must[at] as RegisterOperation;
    if (callMs > firstMs) break;
    if (!partial.ahead.includes(at)) firstMs = Math.min(firstMs, returnMs);
  }
  return firstMs;
}

function callable(partial: Partial, must: readonly RegisterOperation[], untilMs: number): readonly number[] {
  const found: number[] = [];
  for (let at = partial.from; at < must.length && (must[at] as RegisterOperation).callMs <= untilMs; at++) {
    if (!partial.ahead.includes(at)) found.push(at);
  }
  return found;
}

function including(partial: Partial, at: number): Partial {
  const ahead = [...partial.ahead, at].sort((a, b) => a - b);
  let { from } = partial;
  while (ahead[0] === from) {
    ahead.shift();
    from++;
  }
  return { ...partial, from, ahead };
}

/** The state after an operation; null when it cannot come here. */
function after(
  state: State,
  { act }: RegisterOperation,
  index: ReadonlyMap<string, number>,
  written: ReadonlySet<string>,
): State | null {
  if (act.kind === "write") {
    const next = [...state];
    for (const { key, value } of act.writes) next[index.get(key) ?? -1] = value;
    return next;
  }
  const at = index.get(act.key) ?? -1;
  // What held something unknown held what the first read finds, unless that is what somebody writes here.
  if (state[at] !== undefined || (act.value !== null && written.has(idOf(act)))) return null;
  return state.with(at, act.value);
}

function keysOf({ act }: RegisterOperation): readonly string[] {
  return act.kind === "read" ? [act.key] : act.writes.map((write) => write.key);
}
