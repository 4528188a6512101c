/**
 * The space quota is used up: values are overwritten until a member turns a write away for want of space. Not its business:
 * proving it (quota-witness.ts).
 */
import { DrillError } from "../core/index.ts";
import type { StoreClient } from "../system/index.ts";
import { armByWriting, LARGE_VALUE_BYTES, putLargeValue } from "./by-writing.ts";
import type { Fault } from "./fault.ts";
import { QUOTA_SIGNS, quotaWitness } from "./quota-witness.ts";

const FAULT_ID = "fill-quota";

/** Few, so that nearly all that fills the database is history, as it is where nobody compacts. */
const KEYS = 4;
/** 512 MiB: a quota that is larger is none for a drill of seconds. */
const MOST_PUTS = 1024;

/** Fills the databases of all members, through one of them, until a write is turned away: the alarm NOSPACE is raised then. */
export function fillQuota(): Fault {
  return {
    id: FAULT_ID,
    effect: "values are overwritten until the database has used up its quota and the cluster takes no more writes",
    signs: QUOTA_SIGNS,
    arm: async (arming) => {
      const touches = "up to its quota; keys below drillbook/fill/";
      const write = async (client: StoreClient): Promise<void> => fill(client, arming.run.signal);
      return Promise.resolve(armByWriting({ fault: FAULT_ID, touches, write, witness: quotaWitness(arming) }, arming));
    },
  };
}

/** @throws DrillError `environment` when a write fails for another reason than space, or the quota is too large to be filled. */
async function fill(client: StoreClient, signal: AbortSignal): Promise<void> {
  for (let put = 0; put < MOST_PUTS; put++) {
    signal.throwIfAborted();
    const { outcome, reason } = await putLargeValue(client, put % KEYS);
    if (reason === "no-space") return;
    if (outcome !== "acknowledged") {
      throw new DrillError(
        "environment",
        "fault",
        `the database could not be filled: write ${put + 1} ended with ${reason}`,
      );
    }
  }
  const message = `the database took ${MOST_PUTS} values of ${LARGE_VALUE_BYTES} bytes: give the members a smaller --quota-backend-bytes`;
  throw new DrillError("environment", "fault", message);
}
