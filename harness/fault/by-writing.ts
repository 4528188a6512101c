/**
 * A fault that is brought about by writing: large values go into the store through one member, and all members hold them.
 * Nothing of it is lifted, since what was written stays. Not its business: what is written, and who sees it.
 */
import { DrillError } from "../core/index.ts";
import type { Attempt, StoreClient } from "../system/index.ts";
import type { ArmedFault, ArmOptions, Witness } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";

/** Below the size that etcd takes in one request (1.5 MiB unless `--max-request-bytes` says otherwise), in base64 too. */
export const LARGE_VALUE_BYTES: number = 512 * 1024;
/** A disk that many share takes seconds for a large value; that is no failure of the injection. */
const OPERATION_TIMEOUT_MS = 30_000;

const LARGE_VALUE = "x".repeat(LARGE_VALUE_BYTES);

export interface ByWriting {
  readonly fault: string;
  /** What it may touch of each member's database, in words. */
  readonly touches: string;
  /** Writes through the member, and throws where that comes to nothing. */
  readonly write: (client: StoreClient) => Promise<void>;
  readonly witness: Witness;
}

/** Arms it: records what it is going to touch. */
export function armByWriting({ fault, touches, witness, write }: ByWriting, arming: ArmOptions): ArmedFault {
  const { cluster } = arming;
  const targets = cluster.nodes.filter(({ startsAs }) => startsAs === "member").map(({ name }) => name);
  const blastRadius = targets.map((name) => `${name}: database (${touches})`);
  const note = faultRecord(arming, { fault, targets, chosen: "all members hold the same data", blastRadius });
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
      await using client = cluster.openClient(first, { timeoutMs: OPERATION_TIMEOUT_MS });
      note("injecting");
      await write(client);
      note("injected");
    },
    witness,
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

/** Puts a large value at a key that no client of the workload has. */
export async function putLargeValue(client: StoreClient, key: number): Promise<Attempt> {
  return client.put(largeKey(key), LARGE_VALUE);
}

/** The key of such a value. */
export function largeKey(key: number): string {
  return `drillbook/fill/${key}`;
}
