/**
 * The witness of a lost majority. It shares nothing with the injector but the names: clients of its own, and the file
 * system itself instead of the machine's interface (law 3).
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { formatMs, messageOf, type RunContext } from "../core/index.ts";
import type { Recorder, WitnessEntry } from "../ledger/index.ts";
import type { Attempt, Cluster, ClusterNode } from "../system/index.ts";
import type { Witness } from "./fault.ts";

/** What it looks for. Each is absent from a healthy cluster and there once a majority is gone for good. */
export const MAJORITY_LOST_SIGNS = [
  "survivor-has-no-leader",
  "survivor-answers-no-linearizable-read",
  "survivor-acknowledges-no-write",
  "data-folders-are-gone",
] as const;
type Sign = (typeof MAJORITY_LOST_SIGNS)[number];

export interface MajorityLostOptions {
  readonly cluster: Cluster;
  readonly survivor: ClusterNode;
  readonly targets: readonly ClusterNode[];
  readonly run: RunContext;
  readonly recorder: Recorder;
}

/** The witness writes to this key alone. What it writes without a quorum may be committed later, and is in nobody's account. */
const WITNESS_KEY = "drillbook/witness/write";

/** A healthy member answers within some milliseconds; the witness is to be done before detection is. */
const OPERATION_TIMEOUT_MS = 1000;

/**
 * A leader checks once in an election time-out (1 s by default) whether a majority was heard of since the last check
 * (go.etcd.io/raft v3.6.0, raft.go, tickHeartbeat and MsgCheckQuorum). The check after the loss may still count what was
 * heard before it, so that the leader steps down within two; the rest is for a slow machine. It is over before the
 * earliest detection, because the page stops the survivor.
 */
const STEPS_DOWN_WITHIN_MS = 2400;
const LEADER_POLL_MS = 50;
const VIEW_TIMEOUT_MS = 500;

/** What was seen of one sign, and in words. */
interface Sighting {
  readonly seen: boolean | null;
  readonly detail: string;
}

/** A witness for the loss of `targets`. It opens connections only while it observes. */
export function majorityLostWitness(options: MajorityLostOptions): Witness {
  const { cluster, recorder, run, survivor, targets } = options;
  return {
    observe: async (when) => {
      await using client = cluster.openClient(survivor.name, { timeoutMs: OPERATION_TIMEOUT_MS });
      const looks: Record<Sign, () => Promise<Sighting>> = {
        "survivor-has-no-leader": async () => leaderless(options, when === "after" ? STEPS_DOWN_WITHIN_MS : 0),
        "survivor-answers-no-linearizable-read": async () => notAcknowledged(await client.get(WITNESS_KEY), "a read"),
        "survivor-acknowledges-no-write": async () =>
          notAcknowledged(await client.put(WITNESS_KEY, `${run.runId}/${when}`), "a write"),
        "data-folders-are-gone": async () => foldersGone(targets),
      };
      await Promise.all(
        MAJORITY_LOST_SIGNS.map(async (sign) => {
          const sentAtMs = run.clock.nowMs();
          const sighting = await look(looks[sign]);
          const entry: WitnessEntry = { kind: "witness", atMs: run.clock.nowMs(), sentAtMs, when, sign, ...sighting };
          recorder.record(entry);
        }),
      );
    },
  };
}

/** A look that fails saw nothing: that is neither yes nor no. */
async function look(atSign: () => Promise<Sighting>): Promise<Sighting> {
  try {
    return await atSign();
  } catch (error) {
    return { seen: null, detail: `could not look: ${messageOf(error)}` };
  }
}

/** Asks the survivor for its leader until it knows of none, for at most `withinMs`; once if that is 0. */
async function leaderless(options: MajorityLostOptions, withinMs: number): Promise<Sighting> {
  const { cluster, run, survivor } = options;
  const untilMs = run.clock.nowMs() + withinMs;
  for (;;) {
    const view = await cluster.view(survivor.name, { timeoutMs: VIEW_TIMEOUT_MS });
    const told = view.answered && view.memberId !== null;
    if (told && view.leaderId === null)
      return { seen: true, detail: `${survivor.name} answers and knows of no leader` };
    if (run.clock.nowMs() >= untilMs) {
      return told
        ? { seen: false, detail: `${survivor.name} names ${view.leaderId ?? "nobody"} as its leader` }
        : { seen: null, detail: `${survivor.name} does not answer (${view.reason ?? "in part only"})` };
    }
    await run.clock.sleep(LEADER_POLL_MS, run.signal);
  }
}

/** True when the survivor was reached and did not acknowledge; if it was not reached, nothing is known of its quorum. */
function notAcknowledged(attempt: Attempt, what: string): Sighting {
  switch (attempt.outcome) {
    case "acknowledged":
      return { seen: false, detail: `${what} was acknowledged` };
    case "unknown":
      return {
        seen: true,
        detail: `${what} was not acknowledged within ${formatMs(OPERATION_TIMEOUT_MS)} (${attempt.reason ?? ""})`,
      };
    case "refused":
      return { seen: null, detail: `${what} did not reach the survivor (${attempt.reason ?? ""})` };
  }
}

async function foldersGone(targets: readonly ClusterNode[]): Promise<Sighting> {
  const folders = targets.map((node) => join(node.machine.homeDir, node.dataDir));
  const there = await Promise.all(folders.map(isThere));
  const left = folders.filter((_, index) => there[index]);
  return left.length === 0
    ? { seen: true, detail: `none of ${folders.join(", ")} is there` }
    : { seen: false, detail: `still there: ${left.join(", ")}` };
}

/** @throws for anything but an answer: a folder that cannot be looked at is not gone. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
