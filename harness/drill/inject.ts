/** The fault phase: arm, witness before, inject, witness after. The witness never delays what follows. */
import { viewsOf } from "./diagnosis.ts";
import type { Stage } from "./stage.ts";

/** An injected fault; disposing waits for its witness and lifts it. */
export interface InjectedFault extends AsyncDisposable {
  readonly injectedAtMs: number;
}

/** Injects the drill's fault. The witness goes on looking while the drill continues. */
export async function injectFault(stage: Stage): Promise<InjectedFault> {
  const { cluster, drill, ledger, run } = stage;
  const armed = await drill.fault.arm({ cluster, run, recorder: ledger, views: await viewsOf(stage) });
  await armed.witness.observe("before");
  run.signal.throwIfAborted();
  const injectedAtMs = run.clock.nowMs();
  await armed.inject();
  const witnessed = armed.witness.observe("after");
  return {
    injectedAtMs,
    [Symbol.asyncDispose]: async () => {
      await witnessed;
      await armed[Symbol.asyncDispose]();
    },
  };
}
