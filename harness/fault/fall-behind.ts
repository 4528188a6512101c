/**
 * One member ends and misses what the others write from then on; then those end, too. So a whole cluster is down, and its folders are not
 * of the same age: the disaster before which people ask which of them is the good one.
 * Not its business: proving it (fall-behind-witness.ts).
 */
import { DrillError, formatMs } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { clientWrites, type ClientWrites } from "./client-writes.ts";
import { FALL_BEHIND_SIGNS, fallBehindWitness } from "./fall-behind-witness.ts";
import { endMember, type Ending } from "./end-member.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { FILLER_KEY, fillStore, type Filler } from "./fill-store.ts";
import { leadsItself } from "./leader.ts";
import { assertStillFits } from "./still-fits.ts";
import { chooseTarget, type ChosenTarget } from "./targets.ts";

export interface FallBehindOptions {
  readonly behind: "leader" | "a-follower";
  /** How the one that falls behind ends, and how the others do. */
  readonly endsBy: Ending;
  readonly othersEndBy: Ending;
  /** What is written meanwhile beside the clients' own writes, so that the store's files go on to new ones. Null: nothing. */
  readonly filler: Filler | null;
}

const FAULT_ID = "fall-behind";

/** Acknowledged writes of the clients that the one behind misses: with so many, one that is lost shows, though later writes replace some of their keys. */
const CLIENT_WRITES = 40;
/** A new leader takes seconds, where the old one fell behind; so many writes take another few. */
const WRITTEN_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
const TIMEOUT_MS = 5000;

/** Ends one member, lets the others write, and ends them. */
export function fallBehind(options: FallBehindOptions): Fault {
  const { behind, endsBy, filler, othersEndBy } = options;
  const more = filler === null ? "" : ` and ${filler.writes} more of ${filler.valueBytes} bytes`;
  return {
    id: FAULT_ID,
    effect: `${behind} of the members ${endsBy}; when it has missed at least ${CLIENT_WRITES} writes of the clients${more}, the others ${othersEndBy}`,
    signs: FALL_BEHIND_SIGNS,
    arm: async (arming) => Promise.resolve(armFallBehind(options, arming)),
  };
}

function armFallBehind(options: FallBehindOptions, arming: ArmOptions): ArmedFault {
  const { cluster } = arming;
  const chosen = chooseTarget(options.behind, arming);
  const others = cluster.nodes.filter((node) => node !== chosen.node && node.startsAs === "member");
  const blastRadius = [
    `${chosen.node.name}: process ${chosen.node.process} (${options.endsBy}), first`,
    ...others.map(({ name, process }) => `${name}: process ${process} (${options.othersEndBy}), afterwards`),
    ...(options.filler === null ? [] : [`all members: keys below ${FILLER_KEY} (written)`]),
  ];
  const targets = [chosen.node, ...others].map(({ name }) => name);
  const note = faultRecord(arming, { fault: FAULT_ID, targets, chosen: chosen.chosen, blastRadius });
  note("armed");
  return {
    targets,
    blastRadius,
    oldData: null,
    lasts: null,
    inject: async () => {
      await assertStillFits(options.behind, chosen, arming);
      note("injecting");
      await inject(options, { chosen, others }, arming);
      note("injected");
    },
    witness: fallBehindWitness({ ...arming, behind: chosen.node, others }),
    // What it has ended is ended: there is nothing that it holds.
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

interface Hit {
  readonly chosen: ChosenTarget;
  readonly others: readonly ClusterNode[];
}

async function inject(
  { endsBy, filler, othersEndBy }: FallBehindOptions,
  { chosen, others }: Hit,
  arming: ArmOptions,
): Promise<void> {
  using clients = clientWrites(arming);
  await endMember(chosen.node, endsBy, arming);
  const sinceMs = arming.run.clock.nowMs();
  if (filler !== null) await fillStore(filler, others, arming);
  await missed(clients, sinceMs, arming);
  if (othersEndBy === "killed") await Promise.all(others.map(async (node) => endMember(node, othersEndBy, arming)));
  else for (const node of await leaderLast(others, arming)) await endMember(node, othersEndBy, arming);
}

/** One after the other, as one does who stops them by hand, and the leader last: nobody is left then to whom it could hand over. */
async function leaderLast(nodes: readonly ClusterNode[], { cluster }: ArmOptions): Promise<readonly ClusterNode[]> {
  const views = await Promise.all(nodes.map(async ({ name }) => cluster.view(name, { timeoutMs: TIMEOUT_MS })));
  const leads = (index: number): number => Number(views[index] !== undefined && leadsItself(views[index]));
  return nodes
    .map((node, index) => ({ node, leads: leads(index) }))
    .toSorted((a, b) => a.leads - b.leads)
    .map(({ node }) => node);
}

/** Waits until the clients were acknowledged enough that the one behind cannot have. */
async function missed(clients: ClientWrites, sinceMs: number, { feed, run }: ArmOptions): Promise<void> {
  if (feed === undefined) return;
  const untilMs = run.clock.nowMs() + WRITTEN_WITHIN_MS;
  while (clients.putsSentSince(sinceMs) < CLIENT_WRITES) {
    if (run.clock.nowMs() > untilMs) throw tooSlow(`${clients.putsSentSince(sinceMs)} writes of the clients were`);
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
  }
}

function tooSlow(seen: string): DrillError {
  const within = formatMs(WRITTEN_WITHIN_MS);
  return new DrillError(
    "environment",
    "fault",
    `${seen} acknowledged within ${within} after one member had ended; the others must serve for this disaster`,
  );
}
