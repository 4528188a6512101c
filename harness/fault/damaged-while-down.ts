/**
 * All members of a dqlite cluster end, and the files of one are damaged while it is down: the disaster before which people ask which of the
 * folders can be trusted. Not its business: what of the files (store-damage.ts), and proving it (store-damage-witness.ts).
 */
import { DrillError, formatMs } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { clientWrites, type ClientWrites } from "./client-writes.ts";
import { endMember, type Ending } from "./end-member.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { FILLER_KEY, fillStore, type Filler } from "./fill-store.ts";
import { undoneByCopy, type CutByEach } from "./outlasts-copy.ts";
import { assertStillFits } from "./still-fits.ts";
import { damageStore, damageWords, partsOf, type StoreDamage } from "./store-damage.ts";
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
  /**
   * Whether more is written until the file that is damaged is one that a copy of another member's folder would leave as it is (outlasts-copy.ts).
   * Without it chance decides whether a page that unpacks such a copy and takes nothing away heals the damage. Wants a filler.
   */
  readonly outlastsCopy: boolean;
  /** After this all members are started, the damaged one too, as machines do whose power comes back. Null: nobody starts them. */
  readonly lasts: { readonly forMs: number } | null;
}

const FAULT_ID = "damaged-while-down";

/** Acknowledged writes of the clients behind the filler's: so that some of them are in the end of the log. */
const CLIENT_WRITES = 40;
const WRITTEN_WITHIN_MS = 30_000;
/** More writes of the filler at a time, where what they left is not cut as it must be: less than half a segment of 8 MiB. */
const WRITES_MORE = 300;
/** Some five snapshots more: with two followers each has the later one half the time. */
const ROUNDS_MORE = 16;
const LOOK_EVERY_MS = 50;

/** Ends all members, damages the files of one, and starts all of them again where it is to end by itself. */
export function damagedWhileDown(options: DamagedWhileDownOptions): Fault {
  const { damage, endsBy, lasts, outlastsCopy, target } = options;
  const apart = outlastsCopy ? ", in a file that a copy of another member's would neither replace nor outrank" : "";
  const then = lasts === null ? "" : `; after ${formatMs(lasts.forMs)} all are started`;
  return {
    id: `${FAULT_ID}-${damage}`,
    effect: `all members are ${endsBy}, and of ${targetWords(target)} of them ${damageWords(damage)}${apart}${then}`,
    signs: storeDamageSigns(damage),
    arm: async (arming) => Promise.resolve(armDamaged(options, arming)),
  };
}

function armDamaged(options: DamagedWhileDownOptions, arming: ArmOptions): ArmedFault {
  const { damage, endsBy, filler, lasts, outlastsCopy, target } = options;
  const file = outlastsCopy ? (partsOf(damage).file as CutByEach) : null;
  const choice = chooseTarget(target, arming);
  const members = arming.cluster.nodes.filter(({ startsAs }) => startsAs === "member");
  const blastRadius = [
    ...members.map(({ name, process }) => `${name}: process ${process} (${endsBy})`),
    `${choice.node.name}: folder ${choice.node.machine.homeDir}/${choice.node.dataDir} (${damageWords(damage)})`,
    ...(filler === null ? [] : [`all members: keys below ${FILLER_KEY} (written)`]),
  ];
  const targets = members.map(({ name }) => name);
  const others = members.filter(({ name }) => name !== choice.node.name);
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
      const alike = async (): Promise<string | null> =>
        file === null ? null : undoneByCopy(file, choice.node, others);
      await writeBefore({ filler, members, alike }, arming);
      await Promise.all(members.map(async (node) => endMember(node, endsBy, arming)));
      const still = await alike();
      if (still !== null) throw cutAlike(still);
      await witness.remember();
      await damageStore(damage, choice.node);
      note("injected");
    },
    witness,
    // What it has ended is ended: there is nothing that it holds.
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

interface Before {
  readonly filler: Filler | null;
  readonly members: readonly ClusterNode[];
  /** What is not yet as it must be, for a reader; null: it is. */
  readonly alike: () => Promise<string | null>;
}

async function writeBefore({ alike, filler, members }: Before, arming: ArmOptions): Promise<void> {
  if (filler === null) return;
  using clients = clientWrites(arming);
  for (let round = 0; ; round++) {
    await fillStore(round === 0 ? filler : { ...filler, writes: WRITES_MORE }, members, arming);
    let seen = await alike();
    // What the others are just about to write is there when the clients have written, too.
    if (seen === null) {
      await clientsWrite(clients, arming);
      seen = await alike();
    }
    if (seen === null) return;
    if (round === ROUNDS_MORE) throw cutAlike(seen);
  }
}

/** Waits until the clients, where there are any, have written a little behind the filler. */
async function clientsWrite(clients: ClientWrites, { run: { clock, signal } }: ArmOptions): Promise<void> {
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

function cutAlike(seen: string): DrillError {
  const why = "a copy of another member's folder would take the damage away by itself";
  return new DrillError("environment", "fault", `${seen}, however much was written: ${why}. Try another seed`);
}
