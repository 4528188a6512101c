/**
 * A majority of the members is lost for good: processes killed, data folders destroyed, nothing told to anybody first.
 * Not its business: proving it (majority-lost-witness.ts).
 */
import { DrillError } from "../core/index.ts";
import type { MemberView } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmedFault, ArmOptions, Fault, OldData } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { leaderAmong, leadsItself } from "./leader.ts";
import { MAJORITY_LOST_SIGNS, majorityLostWitness } from "./majority-lost-witness.ts";

export interface LoseMajorityOptions {
  /** Which member is among those that are left. `leader`: the one that every member names as the leader when the fault is armed. */
  readonly survivor: "leader";
}

const FAULT_ID = "lose-majority-for-good";

/** Of a look at the survivor, right before the first touch: a healthy member answers within some milliseconds, also on a loaded machine. */
const LEADER_CHECK_TIMEOUT_MS = 1000;

/** Kills a majority of the members, the survivor not among them, and destroys their data. */
export function loseMajorityForGood(options: LoseMajorityOptions): Fault {
  return {
    id: FAULT_ID,
    effect: `a majority of the members is killed and its data destroyed; the ${options.survivor} survives`,
    signs: MAJORITY_LOST_SIGNS,
    arm: armLoss,
  };
}

async function armLoss(options: ArmOptions): Promise<ArmedFault> {
  const { cluster, recorder, run, views } = options;
  const survivor = leaderAmong(cluster.nodes, views, "the survivor");
  const targets = quorumWithout(cluster.nodes, survivor);
  const note = faultRecord(options, {
    fault: FAULT_ID,
    targets: targets.map((node) => node.name),
    chosen: `the first without which ${survivor.name}, which leads, has no majority`,
    blastRadius: blastRadiusOf(targets),
  });
  const oldData = await oldDataOf(targets);
  note("armed");

  const inject = async (): Promise<void> => {
    const view = await cluster.view(survivor.name, { timeoutMs: LEADER_CHECK_TIMEOUT_MS });
    if (!leadsItself(view)) {
      throw new DrillError(
        "environment",
        "fault",
        `${survivor.name} was to survive as the leader, but ${seenOf(view)}; nothing was touched. Run the drill again.`,
      );
    }
    note("injecting");
    await Promise.all(targets.map(async (node) => node.machine.signal(node.process, "SIGKILL", "fault")));
    await Promise.all(targets.map(async (node) => node.machine.exited(node.process)));
    await Promise.all(
      targets.map(async ({ dataDir, machine, name }) =>
        name === oldData?.node ? machine.setAside(dataDir, oldData.setAsideAs) : machine.remove(dataDir),
      ),
    );
    note("injected");
  };

  return {
    targets: targets.map((node) => node.name),
    blastRadius: blastRadiusOf(targets),
    oldData,
    lasts: null,
    inject,
    witness: majorityLostWitness({ cluster, survivor, targets, run, recorder }),
    // For good: there is nothing to lift.
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function seenOf(view: MemberView): string {
  if (!view.answered) return `does not answer right before the injection (${view.reason ?? "no reason"})`;
  return view.leaderId === null ? "knows of no leader any more" : `names ${view.leaderId} as the leader now`;
}

/**
 * So many that those left are no majority, the survivor not among them, in the order of the nodes: of three two, of two one.
 * @throws DrillError `harness` when nobody else can be lost, because the cluster has one member.
 */
function quorumWithout(nodes: readonly ClusterNode[], survivor: ClusterNode): readonly ClusterNode[] {
  const quorum = Math.floor(nodes.length / 2) + 1;
  const targets = nodes.filter((node) => node !== survivor).slice(0, nodes.length - quorum + 1);
  if (targets.length > 0) return targets;
  throw new DrillError("harness", "fault", "of one member none can be lost and one survive; use two or more");
}

/** The first target's data is not destroyed but taken away: at the end of the drill it comes back (drill/old-data.ts). */
async function oldDataOf([first]: readonly ClusterNode[]): Promise<OldData | null> {
  if (first === undefined) return null;
  const manifest = await first.machine.readFile(`manifests/${first.process}.yaml`);
  return { kind: "set-aside", node: first.name, setAsideAs: "lost-data", manifest };
}

function blastRadiusOf(targets: readonly ClusterNode[]): readonly string[] {
  return targets.map(
    ({ dataDir, machine, name, process }, index) =>
      `${name}: process ${process} (SIGKILL), folder ${machine.homeDir}/${dataDir} (${index === 0 ? "taken away; it comes back in the last phase of the drill" : "removed"})`,
  );
}
