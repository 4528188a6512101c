/**
 * The witness of members that were restarted after another one was removed. It goes by what etcd itself writes to its log and by
 * whether anybody listens, not by the injector's signals (law 3).
 */
import { connect } from "node:net";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { recordSightings, type Looks, type Sighting } from "./sightings.ts";

/** What is there after the removal and the restart, and not before. */
const REMOVED_SIGN = "removed-member-has-ended";
const RESTARTED_SIGN = "others-have-started-again";
export const RESTARTED_SIGNS: readonly string[] = [REMOVED_SIGN, RESTARTED_SIGN];
/** Where the version panics. */
export const PANIC_SIGN = "others-end-with-the-panic";

/** Whom it watches. */
export interface RestartedMembers {
  readonly removed: ClusterNode;
  readonly others: readonly ClusterNode[];
  readonly othersPanic: boolean;
}

/** Each start of a server says so once, in every version from 3.5.0 to 3.7 (server/embed/etcd.go, StartEtcd). */
const STARTING = "starting an etcd server";
/** server/etcdserver/api/rafthttp/transport.go, removePeer. */
const PANIC = "unexpected removal of unknown remote peer";

/** A member that reads its log on a busy machine panics within some seconds of its start. */
const SEEN_WITHIN_MS = 6000;
const LOOK_EVERY_MS = 100;
const CONNECT_WITHIN_MS = 500;

/** A witness that looks until it has seen each sign after the injection, and once before it. */
export function removedThenRestartedWitness(options: ArmOptions, members: RestartedMembers): Witness {
  const { removed, others, othersPanic } = members;
  return {
    observe: async (when) => {
      const withinMs = when === "after" ? SEEN_WITHIN_MS : 0;
      const until = (look: () => Promise<Sighting>) => async () => seenWithin(options, withinMs, look);
      const looks: Looks = {
        [REMOVED_SIGN]: until(async () => nobodyListens(removed)),
        [RESTARTED_SIGN]: until(async () => logsSay(others, STARTING, 2)),
        ...(othersPanic ? { [PANIC_SIGN]: until(async () => logsSay(others, PANIC, 1)) } : {}),
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
    if (sighting.seen !== false || run.clock.nowMs() >= untilMs || run.signal.aborted) return sighting;
    await run.clock.sleep(LOOK_EVERY_MS);
  }
}

async function nobodyListens({ clientUrl, name }: ClusterNode): Promise<Sighting> {
  const { hostname, port } = new URL(clientUrl);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: CONNECT_WITHIN_MS });
    const end = (what: string): void => {
      socket.destroy();
      resolve(what);
    };
    socket.once("connect", () => end("connected"));
    socket.once("timeout", () => end("no answer"));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
  if (answer === "ECONNREFUSED") return { seen: true, detail: `${name} refuses connections` };
  return answer === "connected"
    ? { seen: false, detail: `${name} takes connections` }
    : { seen: null, detail: `${name}: ${answer}` };
}

/** Whether the log of each node holds the words so many times. */
async function logsSay(nodes: readonly ClusterNode[], words: string, times: number): Promise<Sighting> {
  const counts = await Promise.all(nodes.map(async (node) => ({ name: node.name, count: await countIn(node, words) })));
  const detail = counts.map(({ name, count }) => `${name}: ${count} times`).join(", ");
  return { seen: counts.every(({ count }) => count >= times), detail: `"${words}" in the logs: ${detail}` };
}

async function countIn({ machine, process }: ClusterNode, words: string): Promise<number> {
  let text = "";
  let atByte = 0;
  for (;;) {
    const part = await machine.readLog(process, atByte);
    if (part.length === 0) break;
    text += Buffer.from(part).toString("utf8");
    atByte += part.length;
  }
  return text.split(words).length - 1;
}
