/** What the API of Kubernetes has no notion of, of what drills use and judge. Its leases are objects (lease-client.ts). */
import type { StoreLacks } from "../../ledger/index.ts";

export const OBJECTS_LACK: StoreLacks = {
  transactions: "the API of Kubernetes writes one object in one call",
};
