/**
 * The disk of members is full: something else has taken the room, and what the store had set aside for itself is used up too, by
 * writing. Not its business: proving it (disk-witness.ts).
 */
import { DrillError } from "../core/index.ts";
import type { StoreClient } from "../system/index.ts";
import { putLargeValue } from "./by-writing.ts";
import { diskOf, fillWithBallast, type SmallDisk } from "./disk-ballast.ts";
import { DISK_SIGNS, diskWitness } from "./disk-witness.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { assertStillFits } from "./still-fits.ts";
import { chooseTargets, targetWords, type Targets } from "./targets.ts";

export interface FillDiskOptions {
  readonly targets: Targets;
  /** How many large values (512 KiB) are written when the disk is full, at most; it ends with the first that is not acknowledged. */
  readonly writes: number;
}

const FAULT_ID = "fill-disk";

/** Few, since what counts is the log. */
const KEYS = 4;
/** Above what a large value takes on a busy machine. */
const OPERATION_TIMEOUT_MS = 5000;

/** Fills the disks that the data folders of the targets lie on, and writes through another member. Needs disks of their own. */
export function fillDisk({ targets, writes }: FillDiskOptions): Fault {
  return {
    id: FAULT_ID,
    effect: `${targetWords(targets)} of the members: the disk that the data lies on is full, and clients go on writing`,
    signs: DISK_SIGNS,
    needs: ["own-disks"],
    arm: async (arming) => armFillDisk({ targets, writes }, arming),
  };
}

async function armFillDisk({ targets, writes }: FillDiskOptions, arming: ArmOptions): Promise<ArmedFault> {
  const { cluster, run, views } = arming;
  const chosen = chooseTargets(targets, { nodes: cluster.nodes, views, random: run.random.fork("targets") });
  const disks: readonly SmallDisk[] = await Promise.all(chosen.nodes.map(diskOf));
  const names = chosen.nodes.map(({ name }) => name);
  const blastRadius = [
    ...disks.map(({ ballast, node }) => `${node}: file ${ballast} (made, until the disk is full)`),
    "the store: keys below drillbook/fill/",
  ];
  const note = faultRecord(arming, { fault: FAULT_ID, targets: names, chosen: chosen.chosen, blastRadius });
  note("armed");
  return {
    targets: names,
    blastRadius,
    oldData: null,
    lasts: null,
    inject: async () => {
      await assertStillFits(targets, chosen, arming);
      const other = cluster.nodes.find(({ name, startsAs }) => startsAs === "member" && !names.includes(name));
      const through = other ?? chosen.nodes[0];
      if (through === undefined)
        throw new DrillError("harness", "fault", "there is no member whose disk could be filled");
      note("injecting");
      for (const disk of disks) await fillWithBallast(disk);
      await using client = cluster.openClient(through.name, { timeoutMs: OPERATION_TIMEOUT_MS });
      await writeOn(client, writes, run.signal);
      // A segment that is closed gives back what it did not need.
      for (const disk of disks) await fillWithBallast(disk);
      note("injected");
    },
    witness: diskWitness(arming, chosen.nodes),
    // What fills the disk stays: to remove it is the page's.
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

async function writeOn(client: StoreClient, writes: number, signal: AbortSignal): Promise<void> {
  for (let put = 0; put < writes; put++) {
    signal.throwIfAborted();
    const { outcome, reason } = await putLargeValue(client, put % KEYS);
    // That another write was under way says nothing of the disk.
    if (outcome !== "acknowledged" && reason !== "locked") return;
  }
}
