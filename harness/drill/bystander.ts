/**
 * A bystander: a second cluster beside the one that the drill is about, which nothing is to happen to. It has clients and probes
 * of its own, fewer than the drilled cluster's, and its keys are read back once, when the recovery is over.
 * Not looked at: watches, leases, logs, and whether it survives a restart. Not its business: whether it was harmed (integrity/).
 */
import { feedOfBystander, recorderOfBystander, type BystanderCheckPlan } from "../ledger/index.ts";
import { bystanderPlan } from "../measure/index.ts";
import { startProbes, type System } from "../system/index.ts";
import { startWorkload, type Workload } from "../workload/index.ts";
import { assertSteadyBefore } from "./convergence.ts";
import { readBack } from "./read-back.ts";
import type { Stage } from "./stage.ts";

/** A tenth of the drilled cluster's writes: what is lost shows as well, and the machine is for what is drilled. */
const WORKLOAD: BystanderCheckPlan["workload"] = {
  writesPerSecond: 20,
  readsPerSecond: 5,
  timeoutMs: 1000,
  clients: 3,
  // The schedule's period and a slow answer.
  adequacy: { windowMs: 5000, acknowledgedShare: 0.9, lastWriteWithinMs: 250 },
};

/** A tenth of a second is fine enough for an outage that is worth its name. */
const SERVICE_PROBE: BystanderCheckPlan["serviceProbe"] = { periodMs: 100, timeoutMs: 1000 };

/** Longer than etcd's own elections (1 to 2 s by default), which a busy machine can bring about by itself. */
const NO_SERVICE_FOR_MS = 3000;

/** How the bystander of a system is watched and judged; none when it has none. */
export function bystanderChecks({ bystander }: Pick<System, "bystander">): readonly BystanderCheckPlan[] {
  if (bystander === null) return [];
  return [
    {
      id: "bystander-unharmed",
      cluster: bystander.name,
      voters: bystander.memberNames.length,
      serviceProbe: SERVICE_PROBE,
      workload: WORKLOAD,
      noServiceForMs: NO_SERVICE_FOR_MS,
    },
  ];
}

/** A bystander that is watched. Disposing it ends that. */
export interface Bystander extends AsyncDisposable {
  /** @throws DrillError `environment` when it does not become steady. */
  steady(): Promise<void>;
  /** Its clients begin. */
  begin(): void;
  /** Its clients end, and what each member holds is read back. */
  end(): Promise<void>;
}

/** Begins to look at the bystander of the stage's cluster; null when there is none. */
export function watchBystander(stage: Stage): Bystander | null {
  const [check] = bystanderChecks(stage.drill.system);
  const { bystander: cluster } = stage.cluster;
  if (check === undefined || cluster === null) return null;
  const beside = stageOf(stage, cluster, check);
  const live = new AsyncDisposableStack();
  live.use(startProbes({ ...beside, recorder: beside.ledger }));
  let workload: Workload | null = null;
  return {
    steady: async () => assertSteadyBefore(beside),
    begin: () => {
      const { plan, run, ledger: recorder } = beside;
      // Values that no write to the drilled cluster has: what came from there must be seen to be foreign here.
      const own = { ...run, runId: `${run.runId}-${cluster.name}`, random: run.random.fork(cluster.name) };
      workload = live.use(startWorkload({ cluster, plan: plan.workload, store: plan.store, run: own, recorder }));
    },
    end: async () => {
      await workload?.stop();
      await readBack(beside, "after-convergence");
      await live.disposeAsync();
    },
    [Symbol.asyncDispose]: async () => live.disposeAsync(),
  };
}

/** The stage as it is for whoever looks at the bystander only. */
function stageOf(stage: Stage, cluster: Stage["cluster"], check: BystanderCheckPlan): Stage {
  return {
    ...stage,
    cluster,
    plan: bystanderPlan(stage.plan, check),
    ledger: { ...recorderOfBystander(stage.ledger, cluster.name), ...feedOfBystander(stage.ledger, cluster.name) },
  };
}
