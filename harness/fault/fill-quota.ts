/**
 * The space quota is used up: values are overwritten until a member turns a write away for want of space. Not its business:
 * proving it (quota-witness.ts).
 */
import { DrillError } from "../core/index.ts";
import type { StoreClient } from "../system/index.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";
import { QUOTA_SIGNS, quotaWitness } from "./quota-witness.ts";

const FAULT_ID = "fill-quota";

/** Below the size that etcd takes in one request (1.5 MiB unless `--max-request-bytes` says otherwise), in base64 too. */
const VALUE_BYTES = 512 * 1024;
/** Few, so that nearly all that fills the database is history, as it is where nobody compacts. */
const KEYS = 4;
/** 512 MiB: a quota that is larger is none for a drill of seconds. */
const MOST_PUTS = 1024;
/** A disk that many share takes seconds for a large value; that is no failure of the injection. */
const PUT_TIMEOUT_MS = 30_000;

/** Fills the databases of all members, through one of them, until a write is turned away: the alarm NOSPACE is raised then. */
export function fillQuota(): Fault {
  return {
    id: FAULT_ID,
    effect: "values are overwritten until the database has used up its quota and the cluster takes no more writes",
    signs: QUOTA_SIGNS,
    arm: async (arming) => Promise.resolve(armFilling(arming)),
  };
}

function armFilling(arming: ArmOptions): ArmedFault {
  const { cluster, run } = arming;
  const targets = cluster.nodes.filter(({ startsAs }) => startsAs === "member").map(({ name }) => name);
  const blastRadius = targets.map((name) => `${name}: database (up to its quota; keys below drillbook/fill/)`);
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
      await fill(client, run.signal);
      note("injected");
    },
    witness: quotaWitness(arming),
    // For good: what was written stays.
    [Symbol.asyncDispose]: async () => Promise.resolve(),
  };
}

/** @throws DrillError `environment` when a write fails for another reason than space, or the quota is too large to be filled. */
async function fill(client: StoreClient, signal: AbortSignal): Promise<void> {
  const value = "x".repeat(VALUE_BYTES);
  for (let put = 0; put < MOST_PUTS; put++) {
    signal.throwIfAborted();
    const { outcome, reason } = await client.put(`drillbook/fill/${put % KEYS}`, value);
    if (reason === "no-space") return;
    if (outcome !== "acknowledged") {
      throw new DrillError(
        "environment",
        "fault",
        `the database could not be filled: write ${put + 1} ended with ${reason}`,
      );
    }
  }
  const message = `the database took ${MOST_PUTS} values of ${VALUE_BYTES} bytes: give the members a smaller --quota-backend-bytes`;
  throw new DrillError("environment", "fault", message);
}
