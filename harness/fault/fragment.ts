/**
 * The members' databases are mostly free pages: values are written, deleted and compacted away. No outage, but what maintenance
 * is for. Not its business: proving it (fragment-witness.ts).
 */
import { DrillError } from "../core/index.ts";
import type { StoreClient } from "../system/index.ts";
import { armByWriting, LARGE_VALUE_BYTES, largeKey, putLargeValue } from "./by-writing.ts";
import type { Fault } from "./fault.ts";
import { FRAGMENT_SIGNS, fragmentWitness } from "./fragment-witness.ts";
import { onWorkstation } from "./on-workstation.ts";

const FAULT_ID = "fragment";

const COMPACT_TIMEOUT_MS = 60_000;

export interface FragmentOptions {
  /** How much is written and deleted again, in bytes; the file keeps that much that nothing is in. */
  readonly freeBytes: number;
}

/** Leaves each member's database with so much free room in its file. */
export function fragment(options: FragmentOptions): Fault {
  return {
    id: FAULT_ID,
    effect: "values are written, deleted and compacted away, so that most of each member's database file is free pages",
    signs: FRAGMENT_SIGNS,
    arm: async (arming) => {
      const touches = "keys below drillbook/fill/; all old revisions";
      const keys = Math.ceil(options.freeBytes / LARGE_VALUE_BYTES);
      const write = async (client: StoreClient): Promise<void> => {
        const last = BigInt(await writeAndDelete(client, keys, arming.run.signal));
        // All compact, but a call waits only until the member that was asked has done so; and a revision is compacted once.
        const members = arming.cluster.nodes.filter(({ startsAs }) => startsAs === "member");
        for (const [index, { clientUrl }] of members.entries()) {
          const revision = last - BigInt(members.length - 1 - index);
          const compaction = `ETCDCTL_ENDPOINTS=${clientUrl} etcdctl compaction --physical --command-timeout=60s ${revision}`;
          await onWorkstation(arming, compaction, COMPACT_TIMEOUT_MS);
        }
      };
      return Promise.resolve(
        armByWriting({ fault: FAULT_ID, touches, write, witness: fragmentWitness(arming) }, arming),
      );
    },
  };
}

/**
 * @returns the revision of the last delete.
 * @throws DrillError `environment` when one is not acknowledged.
 */
async function writeAndDelete(client: StoreClient, keys: number, signal: AbortSignal): Promise<string> {
  let last = "0";
  const acts = [async (key: number) => putLargeValue(client, key), async (key: number) => client.delete(largeKey(key))];
  for (const act of acts) {
    for (let index = 0; index < keys; index++) {
      signal.throwIfAborted();
      const { outcome, reason, revision } = await act(index);
      if (outcome !== "acknowledged" || revision === null)
        throw new DrillError("environment", "fault", `the database could not be filled: a write ended with ${reason}`);
      last = revision;
    }
  }
  return last;
}
