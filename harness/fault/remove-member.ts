/**
 * One member is removed from the cluster while it hangs, as somebody does who takes it for dead; then it goes on. What it
 * finds then is that it was removed.
 */
import { DrillError } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { endsByItself } from "./ends-by-itself.ts";
import type { ArmedFault, ArmOptions, Fault, Witness } from "./fault.ts";
import { processGone } from "./member-process.ts";
import { armOnOneMember } from "./on-one-member.ts";
import { recordSightings, type Sighting } from "./sightings.ts";
import { chooseTarget, targetWords, type SingleTarget } from "./targets.ts";

export interface RemoveMemberOptions {
  /** One that does not lead costs no election. */
  readonly target: SingleTarget;
}

const FAULT_ID = "remove-paused-member";
const NOT_LISTED = "others-do-not-list-the-target";
const GONE = "target-process-is-gone";

/** Removes one member while it is paused (SIGSTOP), and lets it go on. */
export function removePausedMember({ target }: RemoveMemberOptions): Fault {
  return {
    id: FAULT_ID,
    effect: `${targetWords(target)} of the members is paused (SIGSTOP), removed from the cluster, and goes on (SIGCONT)`,
    signs: [NOT_LISTED, GONE],
    arm: async (arming) => Promise.resolve(armRemoval(target, arming)),
  };
}

function armRemoval(target: RemoveMemberOptions["target"], arming: ArmOptions): ArmedFault {
  const choice = chooseTarget(target, arming);
  const { node } = choice;
  const memberId = arming.views.find((view) => view.node === node.name)?.memberId ?? null;
  if (memberId === null) throw new DrillError("harness", "fault", `${node.name} does not tell the id of its member`);
  const { machine, process } = node;
  return armOnOneMember(
    {
      fault: FAULT_ID,
      target,
      choice,
      touches: `process ${process} (SIGSTOP, SIGCONT), its place in the member list`,
      act: async () => {
        await machine.signal(process, "SIGSTOP", "fault");
        await removeMember(node, memberId, arming);
        await machine.signal(process, "SIGCONT", "fault");
        // One that goes on for ever is the witness's to tell of.
        await endsByItself(node, arming.run);
      },
      witness: removalWitness(node, memberId, arming),
    },
    arming,
  );
}

/** The two others agree within milliseconds, once they have been connected for five seconds. */
const REMOVE_WITHIN_MS = 15_000;

/**
 * As somebody does it: by etcdctl, on the workstation, asking the others, again while etcd calls the cluster unhealthy because
 * it is so young. Ids are decimal in a view and hexadecimal there.
 * @throws DrillError `environment` when that takes too long, or something else is said.
 */
export async function removeMember(node: ClusterNode, memberId: string, { cluster, run }: ArmOptions): Promise<void> {
  const others = cluster.nodes.filter((one) => one !== node).map((one) => one.clientUrl);
  await using session = await cluster.workstation.openSession({ ETCDCTL_ENDPOINTS: others.join(",") });
  const told: Uint8Array[] = [];
  const remove = `etcdctl member remove ${BigInt(memberId).toString(16)} 2>&1`;
  const again = 'echo "$said" | grep -q "unhealthy cluster" || { echo "$said"; false; }';
  const { status, exitCode } = await session.run(`until said=$(${remove}); do\n${again}\nsleep 0.2\ndone`, {
    timeoutMs: REMOVE_WITHIN_MS,
    signal: run.signal,
    output: (chunk) => void told.push(chunk),
  });
  if (status === "ran" && exitCode === 0) return;
  const said = Buffer.concat(told).toString("utf8").trim();
  throw new DrillError("environment", "fault", `${node.name} could not be removed from the cluster: ${said}`);
}

const TIMEOUT_MS = 1000;

function removalWitness(node: ClusterNode, memberId: string, arming: ArmOptions): Witness {
  return {
    observe: async (when) =>
      recordSightings(arming, when, {
        [NOT_LISTED]: async () => notListed(node, memberId, arming),
        [GONE]: async () => processGone(node),
      }),
  };
}

/** Seen when every other member tells a list without it. */
async function notListed(node: ClusterNode, memberId: string, { cluster }: ArmOptions): Promise<Sighting> {
  const others = cluster.nodes.filter((one) => one !== node);
  const views = await Promise.all(others.map(async ({ name }) => cluster.view(name, { timeoutMs: TIMEOUT_MS })));
  const lists = views.flatMap((view) => (view.members === null ? [] : [view.members]));
  if (lists.length < others.length) return { seen: null, detail: "not every other member tells its list" };
  const listing = lists.filter((list) => list.some((member) => member.memberId === memberId)).length;
  return { seen: listing === 0, detail: `${listing} of ${lists.length} others list ${node.name}` };
}
