/** The client by which one dqlite member is probed, from a thread of its own. */
import type { ProbeAccess, StoreClient } from "../cluster.ts";
import { dqliteClient } from "./client.ts";
import { writersTurns } from "./turns.ts";

/** Opens nothing yet. Disposing the client closes its connections. */
export function openDqliteProbeClient(
  { clientUrl, turns }: Extract<ProbeAccess, { readonly kind: "dqlite" }>,
  timeoutMs: number,
): StoreClient {
  const local = async (): Promise<never> => Promise.reject(new RangeError("a probe reads nothing"));
  return dqliteClient({ clientUrl, timeoutMs, turns: writersTurns(turns), local });
}
