/**
 * The members' databases are mostly free pages: values are written, deleted and compacted away. No outage, but what maintenance
 * is for. Not its business: proving it (fragment-witness.ts).
 */
import { DrillError } from "../core/index.ts";
import type { StoreClient } from "../system/index.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { FRAGMENT_SIGNS, fragmentWitness } from "./fragment-witness.ts";
import { onWorkstation } from "./on-workstation.ts";

const FAULT_ID = "fragment";

/** Below the size that etcd takes in one request (1.5 MiB unless `--max-request-bytes` says otherwise), in base64 too. */
const VALUE_BYTES = 512 * 1024;
/** A disk that many share takes seconds for a large value; that is no failure of the injection. */
const PUT_TIMEOUT_MS = 30_000;
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
    arm: async (arming) => Promise.resolve(armFragmenting(options, arming)),
  };
}

function armFragmenting({ freeBytes }: FragmentOptions, arming: ArmOptions): ArmedFault {
  const { cluster, run } = arming;
  const targets = cluster.nodes.filter(({ startsAs }) => startsAs === "member").map(({ name }) => name);
  const blastRadius = targets.map((name) => `${name}: database (keys below drillbook/fill/; all old revisions)`);
  const note = faultRecord(arming, { fault: FAULT_ID, targets, chosen: "all members hold the same data", blastRadius });
  note("armed");
  return {
    targets,
    blastRadius,
    oldData: null,
    lasts: null,
    inject: async () => {
      const [first] = targets;
      if (first === undefined)
        throw new DrillError("harness", "fault", "there is no member whose database could be filled");
      await using client = cluster.openClient(first, { timeoutMs: PUT_TIMEOUT_MS });
      note("injecting");
      const revision = await writeAndDelete(client, Math.ceil(freeBytes / VALUE_BYTES), run.signal);
      await onWorkstation(
        arming,
        `etcdctl compaction --physical --command-timeout=60s ${revision}`,
        COMPACT_TIMEOUT_MS,
      );
      note("injected");
    },
    witness: fragmentWitness(arming),
    // What is deleted stays deleted.
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

/**
 * @returns the revision of the last delete.
 * @throws DrillError `environment` when one is not acknowledged.
 */
async function writeAndDelete(client: StoreClient, keys: number, signal: AbortSignal): Promise<string> {
  const value = "x".repeat(VALUE_BYTES);
  let last = "0";
  for (const act of [async (key: string) => client.put(key, value), async (key: string) => client.delete(key)]) {
    for (let index = 0; index < keys; index++) {
      signal.throwIfAborted();
      const { outcome, reason, revision } = await act(`drillbook/fill/${index}`);
      if (outcome !== "acknowledged" || revision === null)
        throw new DrillError("environment", "fault", `the database could not be filled: a write ended with ${reason}`);
      last = revision;
    }
  }
  return last;
}
