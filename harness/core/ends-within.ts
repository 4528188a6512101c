/** A wait that is bounded whatever the other side does: who waits without a bound hangs with what it waits for. */
import type { Clock } from "./clock.ts";

/**
 * Waits until the work has ended, or until `withinMs` of the clock are over. The work goes on in the latter case; what it
 * throws then is dropped.
 * @returns whether it has ended.
 * @throws what the work throws in time.
 */
export async function endsWithin(clock: Clock, work: Promise<unknown>, withinMs: number): Promise<boolean> {
  const over = new AbortController();
  const gaveUp = clock.sleep(withinMs, over.signal).then(
    () => false,
    // Nobody listens any more: the work has ended.
    () => true,
  );
  try {
    return await Promise.race([work.then(() => true), gaveUp]);
  } finally {
    over.abort();
  }
}
