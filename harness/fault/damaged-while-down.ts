/**
 * All members of a dqlite cluster end, and the files of one are damaged while it is down: the disaster before which people ask which of the
 * folders can be trusted. Not its business: what of the files (store-damage.ts), and proving it (store-damage-witness.ts).
 */
import { DrillError, formatMs } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { clientWrites } from "./client-writes.ts";
import { endMember, type Ending } from "./end-member.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { FILLER_KEY, fillStore, type Filler } from "./fill-store.ts";
import { assertStillFits } from "./still-fits.ts";
import { damageStore, damageWords, type StoreDamage } from "./store-damage.ts";
import { storeDamageSigns, storeDamageWitness } from "./store-damage-witness.ts";
import { chooseTarget, targetWords, type SingleTarget } from "./targets.ts";

export interface DamagedWhileDownOptions {
  /** Whose files are damaged. */
  readonly target: SingleTarget;
  readonly damage: StoreDamage;
  /** How all members end. One that is stopped closes its open segments. */
  readonly endsBy: Ending;
  /** What is written before, so that there are closed segments and a snapshot to damage. Null: nothing beside the clients' own writes. */
  readonly filler: Filler | null;
  /** After this all members are started, the damaged one too, as machines do whose power comes back. Null: nobody starts them. */
  readonly lasts: { readonly forMs: number } | null;
}

const FAULT_ID = "damaged-while-down";

/** Acknowledged writes of the clients behind the filler's: so that some of them are in the end of the log. */
const CLIENT_WRITES = 40;
const WRITTEN_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** Ends all members, damages the files of one, and starts all of them again where it is to end by itself. */
export function damagedWhileDown(options: DamagedWhileDownOptions): Fault {
  const { damage, endsBy, lasts, target } = options;
  const then = lasts === null ? "" : `; after ${formatMs(lasts.forMs)} all are started`;
  return {
    id: `${FAULT_ID}-${damage}`,
    effect: `all members are ${endsBy}, and of ${targetWords(target)} of them ${damageWords(damage)}${then}`,
    signs: storeDamageSigns(damage),
    arm: async (arming) => Promise.resolve(armDamaged(options, arming)),
  };
}

function armDamaged(options: DamagedWhileDownOptions, arming: ArmOptions): ArmedFault {
  const { damage, endsBy, filler, lasts, target } = options;
  const choice = chooseTarget(target, arming);
  const members = arming.cluster.nodes.filter(({ startsAs }) => startsAs === "member");
  const blastRadius = [
    ...members.map(({ name, process }) => `${name}: process ${process} (${endsBy})`),
    `${choice.node.name}: folder ${choice.node.machine.homeDir}/${choice.node.dataDir} (${damageWords(damage)})`,
    ...(filler === null ? [] : [`all members: keys below ${FILLER_KEY} (written)`]),
  ];
  const targets = members.map(({ name }) => name);
  const note = faultRecord(arming, { fault: `${FAULT_ID}-${damage}`, targets, chosen: choice.chosen, blastRadius });
  const witness = storeDamageWitness({ ...arming, node: choice.node, ended: members, damage });
  note("armed");
  const lift = async (): Promise<void> => {
    note("lifting");
    await Promise.all(
      members.map(async ({ machine, process }) => machine.isRunning(process) || machine.start(process, "fault")),
    );
    note("lifted");
  };
  return {
    targets,
    blastRadius,
    oldData: null,
    lasts: lasts === null ? null : { forMs: lasts.forMs, lift },
    inject: async () => {
      await assertStillFits(target, choice, arming);
      note("injecting");
      await writeBefore(filler, members, arming);
      await Promise.all(members.map(async (node) => endMember(node, endsBy, arming)));
      await witness.remember();
      await damageStore(damage, choice.node);
      note("injected");
    },
    witness,
    // What it has ended is ended: there is nothing that it holds.
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

async function writeBefore(filler: Filler | null, members: readonly ClusterNode[], arming: ArmOptions): Promise<void> {
  if (filler === null) return;
  const { clock, signal } = arming.run;
  using clients = clientWrites(arming);
  await fillStore(filler, members, arming);
  const [sinceMs, untilMs] = [clock.nowMs(), clock.nowMs() + WRITTEN_WITHIN_MS];
  while (clients.areThere() && clients.putsSentSince(sinceMs) < CLIENT_WRITES) {
    if (clock.nowMs() > untilMs) {
      const seen = `${clients.putsSentSince(sinceMs)} of ${CLIENT_WRITES} writes of the clients were acknowledged`;
      throw new DrillError(
        "environment",
        "fault",
        `${seen} within ${formatMs(WRITTEN_WITHIN_MS)} before the members ended`,
      );
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}
