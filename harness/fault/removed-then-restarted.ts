/**
 * A member is removed from the cluster in good order, and soon after that the others end all at once and are started again. Some
 * versions of etcd do not survive the second part: the entry that removes the member is applied again, and its peer is not
 * there any more (etcd-io/etcd#13466). Not its business: proving it (removed-then-restarted-witness.ts).
 */
import { DrillError, formatMs } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { killBetweenCommits } from "./between-commits.ts";
import { clientWrites } from "./client-writes.ts";
import { faultRecord } from "./fault-record.ts";
import { ENDS_BY_ITSELF_WITHIN_MS, endsByItself } from "./ends-by-itself.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { lastSnapshots, untilNextSnapshots, type LastSnapshots } from "./raft-snapshots.ts";
import { removeMember } from "./remove-member.ts";
import {
  PANIC_SIGN,
  REMOVED_AND_RESTARTED_SIGNS,
  removedThenRestartedWitness,
} from "./removed-then-restarted-witness.ts";

export interface RemovedThenRestartedOptions {
  /** The node whose member is removed. */
  readonly remove: string;
  /** Whether the others then panic at each start. False: they come back by themselves. */
  readonly othersPanic: boolean;
}

const FAULT_ID = "remove-member-then-restart-the-others";

/**
 * Removes one member with etcdctl, as an administrator does, then kills the others (SIGKILL) between two commits of their
 * databases, and starts them again.
 *
 * Each start applies again what came after the last snapshot of the raft log, so the removal must come after one, and none after
 * it: the injection begins right after each member has taken one. What is in the database is skipped, so the removal must be in it.
 */
export function removedThenRestarted(options: RemovedThenRestartedOptions): Fault {
  const { othersPanic, remove } = options;
  return {
    id: FAULT_ID,
    effect: `the member of ${remove} is removed, then the others are killed between two commits of their databases and started again${othersPanic ? ", and panic" : ""}`,
    signs: othersPanic ? [...REMOVED_AND_RESTARTED_SIGNS, PANIC_SIGN] : REMOVED_AND_RESTARTED_SIGNS,
    arm: async (arming) => Promise.resolve(arm(options, arming)),
  };
}

function arm({ remove, othersPanic }: RemovedThenRestartedOptions, arming: ArmOptions): ArmedFault {
  const { cluster, views } = arming;
  const removed = cluster.nodes.find((node) => node.name === remove);
  const memberId = views.find((view) => view.node === remove)?.memberId ?? null;
  if (removed === undefined || memberId === null)
    throw new DrillError("harness", "fault", `${remove} has no member to remove; arm the fault in steady state`);
  const others = cluster.nodes.filter((node) => node !== removed);
  const targets = cluster.nodes.map((node) => node.name);
  const blastRadius = [
    `${remove}: its member ${memberId} is removed from the cluster`,
    ...others.map(({ name, process }) => `${name}: process ${process} (SIGSTOP, SIGCONT, SIGKILL, then started again)`),
  ];
  const chosen = `${remove} is named by the scenario; the others are all that are left`;
  const note = faultRecord(arming, { fault: FAULT_ID, targets, chosen, blastRadius });
  note("armed");
  return {
    targets,
    blastRadius,
    oldData: null,
    lasts: null,
    inject: async () => {
      using clients = clientWrites(arming);
      const snapshots = await untilNextSnapshots(others, arming);
      note("injecting");
      await removeMember(removed, memberId, arming);
      await untilEnded(removed, arming);
      await killBetweenCommits(others, { ...arming, clients });
      await assertAppliedAgain(snapshots);
      await Promise.all(others.map(async ({ machine, process }) => machine.start(process, "fault")));
      note("injected");
    },
    witness: removedThenRestartedWitness(arming, { removed, others, othersPanic }),
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

/** While the others run: members that are gone tell nobody that it was removed. */
async function untilEnded(node: ClusterNode, { run }: ArmOptions): Promise<void> {
  if (await endsByItself(node, run)) return;
  const within = formatMs(ENDS_BY_ITSELF_WITHIN_MS);
  throw new DrillError(
    "environment",
    "fault",
    `the member of ${node.name} was removed and has not ended within ${within}`,
  );
}

/** With a later snapshot nothing of the removal is left to be applied again, and the disaster does not come about. */
async function assertAppliedAgain(before: LastSnapshots): Promise<void> {
  const now = await lastSnapshots([...before.keys()]);
  const later = [...before.keys()].filter((node) => now.get(node) !== before.get(node)).map(({ name }) => name);
  if (later.length === 0) return;
  throw new DrillError(
    "environment",
    "fault",
    `${later.join(", ")} took a snapshot of the raft log after the removal, so that it is not applied again: the injection took too long for the drill's --snapshot-count. Run it again.`,
  );
}
