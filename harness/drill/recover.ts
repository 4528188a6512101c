/** The recovery: the drill's page is followed, or a control does what it does instead of that. */
import { messageOf } from "../core/index.ts";
import { followRunbook, stepsOf, type Runbook, type Subject } from "../runbook/index.ts";
import type { RoleBinding } from "../system/index.ts";
import { detect } from "./detection.ts";
import { diagnose, pointAt } from "./diagnosis.ts";
import { enterPhase, type Stage } from "./stage.ts";

/**
 * Nobody does anything until they are alerted.
 * @returns false when nothing was detected, so that nobody acts.
 */
export async function awaitAlert(stage: Stage): Promise<boolean> {
  enterPhase(stage, "detection");
  return detect(stage);
}

/**
 * What people do about the disaster: a diagnosis, then the page.
 * @param prepared the roles that the preparation has bound; they stay.
 */
export async function respond(
  stage: Stage,
  runbook: Runbook,
  prepared: readonly RoleBinding[],
): Promise<AsyncDisposable> {
  const findsOutItself = stepsOf(runbook, "recovery").some(({ namesCluster }) => namesCluster);
  const subject = await diagnose(stage, prepared, { findsOutItself });
  const named = async (name: string): Promise<Subject | null> =>
    pointAt(stage, prepared, { name, because: "the page names it" });
  return recover(stage, { runbook, subject, named });
}

/** How the page is followed, or what is done instead. */
interface Following {
  readonly runbook: Runbook;
  /** What it is about, until it finds out itself. */
  readonly subject: Subject;
  /** What it is about once it has named the cluster. */
  readonly named: (name: string) => Promise<Subject | null>;
}

/** Begins the recovery. Disposing ends what goes on beside the wait for convergence. */
async function recover(stage: Stage, { runbook, subject, named }: Following): Promise<AsyncDisposable> {
  switch (stage.plan.control.kind) {
    case "none":
    case "recovery-only":
      enterPhase(stage, "runbook");
      await followRunbook({
        runbook,
        part: "recovery",
        reading: stage.plan.reading,
        ...subject,
        pointAt: named,
        recorder: stage.ledger,
        run: stage.run,
      });
      return NOTHING;
    case "restart-only":
      enterPhase(stage, "runbook");
      return keepEverythingStarted(stage);
    case "no-fault":
    case "no-recovery":
      return NOTHING;
  }
}

const NOTHING: AsyncDisposable = { [Symbol.asyncDispose]: async () => Promise.resolve() };

/** Like a kubelet or systemd, which do not give up either; far below the time that a recovery takes. */
const LOOK_EVERY_MS = 1000;

/** Starts what has stopped, again and again, and does nothing else. What does not start is looked at again. */
function keepEverythingStarted(stage: Stage): AsyncDisposable {
  const { cluster, ledger, run } = stage;
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, run.signal]);
  let told: string | null = null;
  const look = async (): Promise<void> => {
    for (const { machine, process, startsAs } of cluster.nodes) {
      if (startsAs === "spare" || signal.aborted || machine.isRunning(process)) continue;
      // One that cannot be started must not keep the others from it; what it said is in the node's log.
      await machine.start(process, "control").catch((error: unknown) => (told ??= messageOf(error)));
    }
  };
  const keeping = (async (): Promise<void> => {
    while (!signal.aborted) {
      await look();
      await run.clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await keeping;
      if (told !== null) {
        ledger.record({ kind: "trouble", atMs: run.clock.nowMs(), outcome: "broken", phase: "runbook", message: told });
      }
    },
  };
}
