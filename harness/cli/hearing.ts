/** What the front has heard from a worker, as things to wait for. Not its business: what is done about it (front.ts). */
import { DrillError } from "../core/index.ts";
import type { FromWorker } from "./messages.ts";
import type { Progress } from "./progress.ts";

/** What a worker says first. */
type Opening = Extract<FromWorker, { readonly kind: "ready" | "refused" | "cases" }>;

/** What was heard from a worker. */
export interface Hearing {
  readonly opened: Promise<Opening>;
  readonly kept: Promise<Extract<FromWorker, { readonly kind: "kept" }>>;
  /** The run's clock, read from here; 0 before it began. */
  readonly nowMs: () => number;
  /** What the worker says that failed, if it said so. */
  readonly failure: () => DrillError | null;
  /** Whether it has left a fork point. */
  readonly leftForkPoint: () => boolean;
  hear(message: FromWorker, progress: Progress): void;
}

/** Listens to one worker. */
export function hearing(): Hearing {
  const opened = Promise.withResolvers<Opening>();
  const kept = Promise.withResolvers<Extract<FromWorker, { readonly kind: "kept" }>>();
  let baseInstantNs: bigint | null = null;
  let failure: DrillError | null = null;
  let leftForkPoint = false;
  return {
    opened: opened.promise,
    kept: kept.promise,
    // The machine's monotonic clock is one for all its processes.
    nowMs: () => (baseInstantNs === null ? 0 : Number(process.hrtime.bigint() - baseInstantNs) / 1e6),
    failure: () => failure,
    leftForkPoint: () => leftForkPoint,
    hear: (message, progress) => {
      switch (message.kind) {
        case "ready":
        case "refused":
        case "cases":
          return opened.resolve(message);
        case "began":
          baseInstantNs = BigInt(message.baseInstantNs);
          return;
        case "fork-point":
          leftForkPoint = true;
          return;
        case "entry":
          return progress.entry(message.entry);
        case "kept":
          return kept.resolve(message);
        case "failed":
          failure = new DrillError(message.code, "run", message.message);
          return;
      }
    },
  };
}
