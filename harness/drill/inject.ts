/**
 * The fault phase: arm, witness before, inject, witness after. The witness delays nothing that follows but a page that is begun
 * without an alert, and a fault's end delays nothing.
 */
import type { Lasting, OldData } from "../fault/index.ts";
import { faultOf } from "./course.ts";
import { closeViewsOf } from "./views.ts";
import type { Stage } from "./stage.ts";

/** A fault that was injected. Disposing takes back what it still holds. */
export interface InjectedFault extends AsyncDisposable {
  readonly oldData: OldData | null;
  /**
   * Resolves when a fault that ends by itself has ended, and at once for one that is for good. Steady state before that
   * would say nothing.
   * @throws what ending it threw, and the run's abort reason.
   */
  ended(): Promise<void>;
  /** Resolves when the witness has looked after the injection. */
  witnessed(): Promise<void>;
  /** Whether it is yet to end by itself. */
  readonly pending: () => boolean;
}

/**
 * Injects the drill's fault. The witness goes on looking while the drill continues, and a fault that ends by itself is ended
 * at its time; disposing waits for the witness and takes back what the fault holds, also when the injection failed half-way.
 */
export async function injectFault(stage: Stage): Promise<InjectedFault> {
  const { cluster, drill, ledger, plan, run } = stage;
  const fault = faultOf(drill, plan.control);
  await using lifting = new AsyncDisposableStack();
  const views = await closeViewsOf(stage);
  const armed = lifting.use(await fault.arm({ cluster, run, recorder: ledger, feed: ledger, views }));
  await armed.witness.observe("before");
  run.signal.throwIfAborted();
  await armed.inject();
  const witnessed = armed.witness.observe("after");
  lifting.defer(async () => witnessed);
  const end = armed.lasts === null ? null : endLater(stage, armed.lasts);
  if (end !== null) lifting.use(end);
  // Where no alert is waited for nothing else gives the witness its time, and the operator begins when it suits.
  if (plan.detection.kind === "none" && drill.runbook !== null) await witnessed;
  const lifted = lifting.move();
  return {
    oldData: armed.oldData,
    ended: async () => end?.done,
    witnessed: async () => witnessed,
    pending: () => end?.isOver() === false,
    [Symbol.asyncDispose]: async () => lifted[Symbol.asyncDispose](),
  };
}

interface FaultEnd extends AsyncDisposable {
  readonly done: Promise<void>;
  isOver(): boolean;
}

/** Ends the fault at its time. Disposing before that leaves it as it is. */
function endLater({ run }: Stage, { forMs, lift }: Lasting): FaultEnd {
  const stopping = new AbortController();
  const done = run.clock.sleep(forMs, AbortSignal.any([stopping.signal, run.signal])).then(lift);
  // Its failure is that of whoever waits for it; until then it must not end the process.
  let over = false;
  const settled = done.then(() => void (over = true)).catch(() => undefined);
  return {
    done,
    isOver: () => over,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await settled;
    },
  };
}
