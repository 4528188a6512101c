/**
 * The look at Lease objects after the recovery: once one of the candidates has been told again that it holds theirs, they stop, and each
 * node's server lists what there is. Not its business: whether that is right.
 */
import { LEASE_OBJECT_PREFIX, type Candidates } from "../workload/index.ts";
import { membersNow } from "./member-nodes.ts";
import { awaitEntry, type Stage } from "./stage.ts";

/** A holder that is gone is waited for three seconds by the next one, who looks every second; the rest is for a slow machine. */
const HELD_AGAIN_WITHIN_MS = 10_000;

/** A server that is slow once is asked again, and each time is on record. */
const LOOKS = 5;
const LOOK_EVERY_MS = 500;

/** Looks, bounded. */
export async function lookAtLeaseObjects(stage: Stage, candidates: Candidates): Promise<void> {
  const { cluster, ledger, run, settings } = stage;
  const open = cluster.openLeaseObjectClient;
  if (open === null) return;
  await awaitEntry(
    stage,
    HELD_AGAIN_WITHIN_MS,
    (one) =>
      one.kind === "lease-object" && one.outcome === "acknowledged" && (one.act === "acquire" || one.act === "renew"),
  );
  await candidates.stop();
  for (const { name: node } of await membersNow(stage)) {
    await using client = open(node, { timeoutMs: settings.operationTimeoutMs });
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await run.clock.sleep(LOOK_EVERY_MS, run.signal);
      const sentAtMs = run.clock.nowMs();
      const listed = await client.list(LEASE_OBJECT_PREFIX);
      const told =
        "reason" in listed
          ? { items: null, reason: listed.reason }
          : { items: listed.items.map(({ uid: _uid, ...says }) => says), reason: null };
      ledger.record({ kind: "lease-object-state", atMs: run.clock.nowMs(), sentAtMs, node, ...told });
      if (told.items !== null) break;
    }
  }
}
