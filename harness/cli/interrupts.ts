/** Ctrl-C and its like as two abort signals. Not its business: what ends then. */
import { DrillError } from "../core/index.ts";

/** Signals that mean "end now": the terminal's Ctrl-C, a polite kill, the terminal that goes away. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * One Ctrl-C may come twice: from the terminal to the whole group, and again from a npm that passes it on. Nobody presses it twice so fast.
 */
const SAME_PRESS_MS = 300;

/** The person's wish to end. Disposing it gives the signals back to Node. */
export interface Interrupts extends Disposable {
  /** Aborts at the first: end in order, keep the evidence. */
  readonly soft: AbortSignal;
  /** Aborts at the second: end at once. */
  readonly hard: AbortSignal;
}

/** Takes over the process's signals. */
export function watchInterrupts(
  source: NodeJS.EventEmitter = process,
  nowMs: () => number = () => performance.now(),
): Interrupts {
  const soft = new AbortController();
  const hard = new AbortController();
  let lastAtMs = -Infinity;
  const onSignal = (signal: NodeJS.Signals): void => {
    const atMs = nowMs();
    const samePress = atMs - lastAtMs < SAME_PRESS_MS;
    lastAtMs = atMs;
    if (samePress) return;
    const reason = new DrillError("interrupted", "run", `the run was told to end (${signal})`);
    (soft.signal.aborted ? hard : soft).abort(reason);
  };
  for (const signal of SIGNALS) source.on(signal, onSignal);
  return {
    soft: soft.signal,
    hard: hard.signal,
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) source.off(signal, onSignal);
    },
  };
}
