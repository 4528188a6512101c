/**
 * Turns of all writers of a run, over all its threads. dqlite has one writer at a time, and refuses another one at once
 * (`database is locked`: two of three writes of six busy clients, tried out). MicroK8s's own server tries such a write again, many
 * times; `dqlite-demo` does not, and the harness's clients never do. So they take turns, as the requests of one such server do.
 *
 * A turn lasts at most `GIVE_WAY_MS`, and is waited for at most as long: through a member that hangs nobody else's writes are held
 * up, and those that come then are sent beside it.
 */

/** Above what a write of a healthy member takes on a busy machine (35 ms, 99 %), below the time-out of a probe. */
const GIVE_WAY_MS = 400;

const FREE = 0;
/** Whoever has the turn is told apart by a number of its own, so that nobody gives back another's. */
const LARGEST_NUMBER = 2 ** 31 - 1;

/** The writers of one run. */
export interface Turns {
  /** What another thread needs to be among them. */
  readonly shared: SharedArrayBuffer;
  take(): Promise<Turn>;
}

/** Disposing it gives the turn to the next, if it still is one's own. */
export interface Turn extends Disposable {
  /** False of one who did not wait any longer. */
  readonly isOurs: boolean;
  /** How long it was waited for. */
  readonly waitedMs: number;
}

/** Turns of a new run, or of that whose threads share this. */
export function writersTurns(shared: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)): Turns {
  const state = new Int32Array(shared);
  return {
    shared,
    take: async () => {
      const own = 1 + Math.floor(Math.random() * LARGEST_NUMBER);
      const fromMs = performance.now();
      for (;;) {
        const has = Atomics.compareExchange(state, 0, FREE, own);
        const waitedMs = performance.now() - fromMs;
        if (has === FREE) return ownTurn(state, own, waitedMs);
        if (waitedMs >= GIVE_WAY_MS) return { isOurs: false, waitedMs, [Symbol.dispose]: () => undefined };
        await Atomics.waitAsync(state, 0, has, GIVE_WAY_MS - waitedMs).value;
      }
    },
  };
}

function ownTurn(state: Int32Array, own: number, waitedMs: number): Turn {
  const giveUp = (): void => {
    clearTimeout(over);
    if (Atomics.compareExchange(state, 0, own, FREE) === own) Atomics.notify(state, 0, 1);
  };
  const over = setTimeout(giveUp, GIVE_WAY_MS);
  return { isOurs: true, waitedMs, [Symbol.dispose]: giveUp };
}
