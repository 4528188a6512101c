/**
 * The witness of members that were restarted after another one was removed. It goes by what etcd itself writes to its log and by
 * whether anybody listens, not by the injector's signals (law 3).
 */
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { connectionTaken } from "./connection-taken.ts";
import { recordSightings, type Looks, type Sighting } from "./sightings.ts";

/** What is there after the removal and the restart in every version, and not before. */
const REMOVED_SIGN = "removed-member-does-not-listen";
const AGAIN_SIGN = "others-apply-the-removal-again";
export const REMOVED_AND_RESTARTED_SIGNS: readonly string[] = [REMOVED_SIGN, AGAIN_SIGN];
/** Where the version panics. */
export const PANIC_SIGN = "others-end-with-the-panic";

/** Whom it watches. */
export interface RestartedMembers {
  readonly removed: ClusterNode;
  readonly others: readonly ClusterNode[];
  readonly othersPanic: boolean;
}

/** Each start of a server says so once, in every version from 3.5.0 to 3.7.3 (server/embed/etcd.go, StartEtcd). */
const STARTING = "starting an etcd server";
/** server/etcdserver/api/rafthttp/transport.go, removePeer. */
const PANIC = "unexpected removal of unknown remote peer";
/**
 * What members say there when they apply a removal: 3.5.0 where the peer is not there any more; those that have it back from
 * the snapshot (3.5.21); those that do without it (3.6.14, 3.7.3).
 */
const REMOVALS: readonly string[] = [PANIC, "removed remote peer", "skipped removing already removed peer"];

/** A member that reads its log on a busy machine has applied it within some seconds of its start. */
const SEEN_WITHIN_MS = 6000;
const LOOK_EVERY_MS = 100;

/** A witness that looks until it has seen each sign after the injection, and once before it. */
export function removedThenRestartedWitness(options: ArmOptions, members: RestartedMembers): Witness {
  const { removed, others, othersPanic } = members;
  return {
    observe: async (when) => {
      const withinMs = when === "after" ? SEEN_WITHIN_MS : 0;
      const until = (look: () => Promise<Sighting>) => async () => seenWithin(options, withinMs, look);
      const looks: Looks = {
        [REMOVED_SIGN]: until(async () => nobodyListens(removed)),
        [AGAIN_SIGN]: until(async () => afterRestartSaid(others, REMOVALS)),
        ...(othersPanic ? { [PANIC_SIGN]: until(async () => afterRestartSaid(others, [PANIC])) } : {}),
      };
      await recordSightings(options, when, looks);
    },
  };
}

/** Looks until it is seen, at most so long; once if that is 0. */
async function seenWithin({ run }: ArmOptions, withinMs: number, look: () => Promise<Sighting>): Promise<Sighting> {
  const untilMs = run.clock.nowMs() + withinMs;
  for (;;) {
    const sighting = await look();
    if (sighting.seen === true || run.clock.nowMs() >= untilMs || run.signal.aborted) return sighting;
    await run.clock.sleep(LOOK_EVERY_MS);
  }
}

async function nobodyListens({ clientUrl, name }: ClusterNode): Promise<Sighting> {
  const isTaken = await connectionTaken(new URL(clientUrl));
  if (isTaken === null) return { seen: null, detail: `${name} neither takes connections nor refuses them` };
  return { seen: !isTaken, detail: `${name} ${isTaken ? "takes" : "refuses"} connections` };
}

/** Seen when each of them was started again, and has written one of these to its log since its first start was over. */
async function afterRestartSaid(nodes: readonly ClusterNode[], words: readonly string[]): Promise<Sighting> {
  const looked = await Promise.all(
    nodes.map(async (node) => {
      const starts = (await logOf(node)).split(STARTING);
      const said = words.find((one) => starts.slice(2).some((text) => text.includes(one)));
      return {
        name: node.name,
        starts: starts.length - 1,
        said: said === undefined ? "none of it" : `"${said}"`,
        seen: said !== undefined,
      };
    }),
  );
  return {
    seen: looked.every(({ seen }) => seen),
    detail: looked.map(({ name, said, starts }) => `${name}: ${starts} starts, ${said} after the first`).join("; "),
  };
}

async function logOf({ machine, process }: ClusterNode): Promise<string> {
  const parts: Buffer[] = [];
  for (let atByte = 0; ;) {
    const part = await machine.readLog(process, atByte);
    if (part.length === 0) return Buffer.concat(parts).toString("utf8");
    parts.push(Buffer.from(part));
    atByte += part.length;
  }
}
