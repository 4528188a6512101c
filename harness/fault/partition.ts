/** Faults of the network between members: some are cut off from all others, while the clients of the harness still reach every one. */
import { DrillError, formatMs } from "../core/index.ts";
import type { CutManner, NodeNetwork } from "../substrate/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { partitionSigns, partitionWitness } from "./partition-witness.ts";
import { assertStillFits } from "./still-fits.ts";
import { chooseTargets, targetWords, type Targets } from "./targets.ts";

/**
 * How the targets are cut off.
 *
 * - `refuse`: both ways, and a new connection fails at once.
 * - `drop`: both ways, in silence.
 * - `drop-sent`, `drop-received`: only what the targets send, or only what is sent to them. No connection is made in either
 *   direction then, since TCP needs both, but what the others send does arrive.
 */
export type PartitionManner = "refuse" | "drop" | "drop-sent" | "drop-received";

export interface PartitionOptions {
  /** Each of them is cut off from every other node, and so from the other targets. */
  readonly targets: Targets;
  readonly manner: PartitionManner;
  /** After this the fault ends by itself. Null: it is for good, as far as the drill lasts. */
  readonly lasts: { readonly forMs: number } | null;
}

const FAULT_ID = "partition";

const EFFECTS: Readonly<Record<PartitionManner, string>> = {
  refuse: "cut off from all other members; connections are refused",
  drop: "cut off from all other members; packets are dropped both ways",
  "drop-sent": "unheard by all other members; what they send is dropped",
  "drop-received": "deaf to all other members; what is sent to them is dropped",
};

/** Cuts members off from all others. The harness and the workstation reach everybody as before. */
export function partition(options: PartitionOptions): Fault {
  const { lasts, manner, targets } = options;
  return {
    id: FAULT_ID,
    effect: `${targetWords(targets)} of the members: ${EFFECTS[manner]}${lasts === null ? "" : `, for ${formatMs(lasts.forMs)}`}`,
    signs: partitionSigns(options),
    needs: ["network-faults"],
    arm: async (arming) => Promise.resolve(armPartition(options, arming)),
  };
}

/** What one node sends to another is to be kept back. */
interface Cut {
  readonly network: NodeNetwork;
  readonly from: string;
  readonly to: ClusterNode;
}

function armPartition({ lasts, manner, targets }: PartitionOptions, arming: ArmOptions): ArmedFault {
  const { cluster, run, views } = arming;
  const chosen = chooseTargets(targets, { nodes: cluster.nodes, views, random: run.random.fork("targets") });
  const names = chosen.nodes.map((node) => node.name);
  const cuts = cutsOf(cluster.nodes, chosen.nodes, manner);
  const how: CutManner = manner === "refuse" ? "refuse" : "drop";
  const blastRadius = cuts.map(
    ({ from, to }) => `${from}: what it sends to ${to.name} (${to.machine.address}; ${how})`,
  );
  const note = faultRecord(arming, { fault: FAULT_ID, targets: names, chosen: chosen.chosen, blastRadius });
  note("armed");
  const mend = async (): Promise<void> =>
    void (await Promise.all(cuts.map(async ({ network, to }) => network.mend(to.machine.address))));
  const lift = async (): Promise<void> => {
    note("lifting");
    await mend();
    note("lifted");
  };
  return {
    targets: names,
    blastRadius,
    oldData: null,
    lasts: lasts === null ? null : { forMs: lasts.forMs, lift },
    inject: async () => {
      await assertStillFits(targets, chosen, arming);
      note("injecting");
      await Promise.all(cuts.map(async ({ network, to }) => network.cut(to.machine.address, how)));
      note("injected");
    },
    witness: partitionWitness({ ...arming, targets: chosen.nodes, manner, word: targets }),
    // Where the drill ended early: what is mended already is left as it is.
    [Symbol.asyncDispose]: mend,
  };
}

/** Each pair of nodes of which one or both are targets, in the directions of the manner; no pair twice. */
function cutsOf(
  nodes: readonly ClusterNode[],
  targets: readonly ClusterNode[],
  manner: PartitionManner,
): readonly Cut[] {
  return nodes.flatMap((from) =>
    nodes.flatMap((to): readonly Cut[] => {
      const sends = targets.includes(from) && manner !== "drop-received";
      const receives = targets.includes(to) && manner !== "drop-sent";
      return from === to || !(sends || receives) ? [] : [{ network: networkOf(from), from: from.name, to }];
    }),
  );
}

function networkOf({ machine, name }: ClusterNode): NodeNetwork {
  if (machine.network !== null) return machine.network;
  throw new DrillError(
    "environment",
    "fault",
    `${name} has no network of its own, so that it cannot be cut off; \`drillbook doctor\` says why`,
  );
}
