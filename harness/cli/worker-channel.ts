/** The worker's side of the talk with the front, and its reasons to end early. Not its business: what the worker does (work.ts). */
import { DrillError } from "../core/index.ts";
import type { FromWorker, Start, ToWorker } from "./messages.ts";

/** The disposal of a whole cluster takes about a second; after this it hangs, and nobody is there to press Ctrl-C again. */
const ORPHAN_LIMIT_MS = 30_000;

/** The front as the worker knows it. */
export interface Front {
  /** Aborts when the run must end: the front says so, the front is gone, or a signal came. */
  readonly ending: AbortController;
  /** Resolves when the front says start; rejects when the run must end before. */
  readonly start: Promise<Start>;
  /** Tells the front, if it is still there. Resolves when the message is on its way. */
  say(message: FromWorker): Promise<void>;
  /** From now on the front may go without the run ending. */
  mayGo(): void;
  isThere(): boolean;
}

/** Begins to listen. */
export function listenToFront(): Front {
  const ending = new AbortController();
  const started = Promise.withResolvers<Start>();
  const abort = (why: string): void => ending.abort(new DrillError("interrupted", "run", why));
  let mayGo = false;
  process.on("message", (message: ToWorker) => {
    if (message.kind === "start") started.resolve(message);
    else abort("the run was told to end");
  });
  process.on("disconnect", () => {
    if (mayGo) return;
    abort("the command that started the run is gone");
    setTimeout(() => process.exit(3), ORPHAN_LIMIT_MS).unref();
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => abort(`the run's worker was told to end (${signal})`));
  }
  // The front may be gone and its pipes with it.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return {
    ending,
    start: Promise.race([started.promise, rejection(ending.signal)]),
    say: (message) =>
      new Promise((resolve) => {
        if (process.send === undefined || !process.connected) resolve();
        else process.send(message, undefined, {}, () => resolve());
      }),
    mayGo: () => void (mayGo = true),
    isThere: () => process.connected,
  };
}

/** Rejects with the signal's reason when it aborts; for races, and never an unhandled rejection. */
export function rejection(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  promise.catch(() => {});
  return promise;
}
