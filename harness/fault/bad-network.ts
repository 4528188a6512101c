/** A network that is bad and not gone: of what the targets are sent some is lost, or what they send leaves them slowly. */
import { DrillError, formatMs } from "../core/index.ts";
import type { Capability, Hindrance, NodeNetwork } from "../substrate/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { badNetworkSign, badNetworkWitness } from "./bad-network-witness.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { assertStillFits } from "./still-fits.ts";
import { chooseTargets, targetWords, type Targets } from "./targets.ts";

export interface BadNetworkOptions {
  readonly targets: Targets;
  /** What is bad about it, for whoever talks to the targets, the clients of the harness too. */
  readonly how: Hindrance;
  /** After this the fault ends by itself. Null: it is for good, as far as the drill lasts. */
  readonly lasts: { readonly forMs: number } | null;
}

const FAULT_ID = "bad-network";

const NEEDS: Readonly<Record<Hindrance["kind"], Capability>> = { lossy: "packet-loss", slow: "bandwidth" };

/** Makes the network of the targets bad. */
export function badNetwork(options: BadNetworkOptions): Fault {
  const { how, lasts, targets } = options;
  return {
    id: FAULT_ID,
    effect: `${targetWords(targets)} of the members: ${wordsOf(how)}${lasts === null ? "" : `, for ${formatMs(lasts.forMs)}`}`,
    signs: [badNetworkSign(how)],
    needs: ["network-faults", NEEDS[how.kind]],
    arm: async (arming) => Promise.resolve(armBadNetwork(options, arming)),
  };
}

function wordsOf(how: Hindrance): string {
  return how.kind === "lossy"
    ? `${Math.round(how.share * 100)} % of the packets that they are sent are lost`
    : `what they send leaves them at ${how.bitsPerSecond / 1000} kbit/s at the most`;
}

function armBadNetwork({ how, lasts, targets }: BadNetworkOptions, arming: ArmOptions): ArmedFault {
  const { cluster, run, views } = arming;
  const chosen = chooseTargets(targets, { nodes: cluster.nodes, views, random: run.random.fork("targets") });
  const names = chosen.nodes.map(({ name }) => name);
  const blastRadius = names.map((name) => `${name}: its network (${wordsOf(how)})`);
  const note = faultRecord(arming, { fault: FAULT_ID, targets: names, chosen: chosen.chosen, blastRadius });
  note("armed");
  const hinder = async (hindrance: Hindrance | null): Promise<void> =>
    void (await Promise.all(chosen.nodes.map(async (node) => networkOf(node).hinder(hindrance))));
  return {
    targets: names,
    blastRadius,
    oldData: null,
    lasts:
      lasts === null
        ? null
        : {
            forMs: lasts.forMs,
            lift: async () => {
              note("lifting");
              await hinder(null);
              note("lifted");
            },
          },
    inject: async () => {
      await assertStillFits(targets, chosen, arming);
      note("injecting");
      await hinder(how);
      note("injected");
    },
    witness: badNetworkWitness({ ...arming, targets: chosen.nodes, how }),
    [Symbol.asyncDispose]: async () => hinder(null),
  };
}

function networkOf({ machine, name }: ClusterNode): NodeNetwork {
  if (machine.network !== null) return machine.network;
  throw new DrillError("environment", "fault", `${name} has no network of its own, and none can be made bad`);
}
