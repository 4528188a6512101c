/** The end of what clients do beside a drill: asked for once, and told once. Not its business: how anything is ended. */

/** What can be stopped. Disposing stops it, too. */
export interface Stoppable extends AsyncDisposable {
  /** The second call does nothing, and comes out as the first. */
  stop(): Promise<void>;
}

/** Ends it at the first call. Disposing does not throw a second time what `stop` has told its caller: it would hide that. */
export function stoppingOnce(stop: () => Promise<void>): Stoppable {
  let stopped: Promise<void> | undefined;
  return {
    stop: async () => (stopped ??= stop()),
    [Symbol.asyncDispose]: async () => {
      if (stopped === undefined) await (stopped = stop());
      else await stopped.catch(() => undefined);
    },
  };
}
