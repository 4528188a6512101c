/**
 * The members are killed one after another, until none is left, and then all started again, as machines do that come back.
 * After each loss nothing is done for a while, so that what is left of the service can be seen.
 * Not its business: whether that is what was promised (integrity/checks/service-as-promised.ts).
 */
import type { RunContext } from "../core/index.ts";
import type { MemberView } from "../ledger/index.ts";
import { startServiceReads, type Cluster, type ClusterNode } from "../system/index.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { NOBODY_LISTENS_SIGNS, nobodyListensWitness } from "./nobody-listens-witness.ts";

const FAULT_ID = "lose-one-by-one";

/** The last members stay down this long: the witness looks meanwhile, which takes milliseconds. */
const DOWN_MS = 1500;

/** Enough for five reads of each kind and fifty writes through each member, and for one of each to be given up. */
const STRETCH_MS = 1000;

/** A new leader is found within two election time-outs, which are 1 s each by default; the rest is for a slow machine. */
const SETTLES_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 50;
const VIEW_TIMEOUT_MS = 500;

/** Kills every member, in an order of the seed's, and starts all of them again. */
export function loseOneByOne(): Fault {
  return {
    id: FAULT_ID,
    effect: "the members are killed one after another until none is left; then all are started again",
    signs: NOBODY_LISTENS_SIGNS,
    arm: armLosses,
  };
}

async function armLosses({ cluster, recorder, run }: ArmOptions): Promise<ArmedFault> {
  const targets = inRandomOrder(cluster.nodes, run);
  const blastRadius = targets.map(
    ({ name, process }) => `${name}: process ${process} (SIGKILL; started again at the end)`,
  );
  const names = targets.map(({ name }) => name);
  const chosen = `all, in the order of the seed: ${names.join(", ")}`;
  const note = faultRecord({ recorder, run }, { fault: FAULT_ID, targets: names, chosen, blastRadius });
  note("armed");

  const loseEach = async (): Promise<void> => {
    await using _reads = startServiceReads({ cluster, recorder, run });
    for (const [index, { machine, process }] of targets.entries()) {
      await machine.signal(process, "SIGKILL", "fault");
      await machine.exited(process);
      const lost = targets.slice(0, index + 1).map(({ name }) => name);
      await settled(cluster, targets.slice(index + 1), run);
      recorder.record({ kind: "stretch", atMs: run.clock.nowMs(), event: "begins", lost });
      await run.clock.sleep(STRETCH_MS, run.signal);
      recorder.record({ kind: "stretch", atMs: run.clock.nowMs(), event: "ends", lost });
    }
  };

  const lift = async (): Promise<void> => {
    note("lifting");
    await Promise.all(targets.map(async ({ machine, process }) => machine.start(process, "fault")));
    note("lifted");
  };

  return {
    targets: names,
    blastRadius,
    oldData: null,
    lasts: { forMs: DOWN_MS, lift },
    inject: async () => {
      note("injecting");
      await loseEach();
      note("injected");
    },
    witness: nobodyListensWitness({ nodes: cluster.nodes, recorder, run }),
    // What it has killed is dead: there is nothing that it holds.
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

/** By the seed alone, so that a leader is among those that go early in some runs, and among the last in others. */
function inRandomOrder(nodes: readonly ClusterNode[], run: RunContext): readonly ClusterNode[] {
  const random = run.random.fork(FAULT_ID);
  return nodes
    .map((node) => ({ node, rank: random.next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ node }) => node);
}

/**
 * Waits until those that are left say the same: with a quorum that one of them leads, without that nobody does. If they
 * never do, the stretch begins all the same: what is seen in it will show it.
 */
async function settled(cluster: Cluster, left: readonly ClusterNode[], run: RunContext): Promise<void> {
  const hasQuorum = left.length > cluster.nodes.length / 2;
  const untilMs = run.clock.nowMs() + SETTLES_WITHIN_MS;
  while (run.clock.nowMs() < untilMs) {
    const views = await Promise.all(left.map(async ({ name }) => cluster.view(name, { timeoutMs: VIEW_TIMEOUT_MS })));
    if (views.every((view) => view.answered && view.memberId !== null) && agree(views, hasQuorum)) return;
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
  }
}

function agree(views: readonly MemberView[], hasQuorum: boolean): boolean {
  const leaders = new Set(views.map(({ leaderId }) => leaderId));
  if (!hasQuorum) return [...leaders].every((leader) => leader === null);
  return leaders.size === 1 && views.some(({ leaderId, memberId }) => memberId === leaderId);
}
