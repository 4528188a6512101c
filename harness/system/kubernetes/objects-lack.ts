/** What the API of Kubernetes has no notion of, of what drills use and judge. */
import type { StoreLacks } from "../../ledger/index.ts";

export const OBJECTS_LACK: StoreLacks = {
  transactions: "the API of Kubernetes writes one object in one call",
  leases:
    "Kubernetes ends nothing when its client does: a Lease is an object that its holder renews, and others look at a clock of their own",
};
