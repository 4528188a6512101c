/** The fault phase: arm, witness before, inject, witness after. The witness never delays what follows. */
import type { OldData } from "../fault/index.ts";
import { faultOf } from "./course.ts";
import { viewsOf } from "./diagnosis.ts";
import type { Stage } from "./stage.ts";

/** A fault that was injected. Disposing lifts it. */
export interface InjectedFault extends AsyncDisposable {
  readonly oldData: OldData | null;
}

/**
 * Injects the drill's fault. The witness goes on looking while the drill continues; disposing waits for it and lifts the
 * fault, also when the injection failed half-way.
 */
export async function injectFault(stage: Stage): Promise<InjectedFault> {
  const { cluster, drill, ledger, plan, run } = stage;
  const fault = faultOf(drill, plan.control);
  await using lifting = new AsyncDisposableStack();
  const armed = lifting.use(await fault.arm({ cluster, run, recorder: ledger, views: await viewsOf(stage) }));
  await armed.witness.observe("before");
  run.signal.throwIfAborted();
  await armed.inject();
  const witnessed = armed.witness.observe("after");
  lifting.defer(async () => witnessed);
  const lifted = lifting.move();
  return { oldData: armed.oldData, [Symbol.asyncDispose]: async () => lifted[Symbol.asyncDispose]() };
}
