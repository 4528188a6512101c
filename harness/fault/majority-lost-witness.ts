/**
 * The witness of a lost majority. It shares nothing with the injector but the names: clients of its own, and the file
 * system itself, or the kernel's list of processes, instead of the machine's interface (law 3).
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { RunContext } from "../core/index.ts";
import type { Recorder } from "../ledger/index.ts";
import type { Cluster, ClusterNode } from "../system/index.ts";
import type { Witness } from "./fault.ts";
import { LEFT_BEHIND_SIGN, type LeftBehind } from "./left-behind.ts";
import { inState } from "./process-witness.ts";
import { notAcknowledged, recordSightings, type Looks, type Sighting } from "./sightings.ts";

/** What it looks for. Each is absent from a healthy cluster and there once a majority is gone. */
const NO_QUORUM_SIGNS = [
  "survivor-has-no-leader",
  "survivor-answers-no-linearizable-read",
  "survivor-acknowledges-no-write",
] as const;
/** Of a majority that is gone with its data. */
export const MAJORITY_LOST_SIGNS: readonly string[] = [...NO_QUORUM_SIGNS, "data-folders-are-gone"] as const;
/** Of one whose disks stay. */
export const MAJORITY_DARK_SIGNS: readonly string[] = [...NO_QUORUM_SIGNS, "target-processes-are-gone"] as const;

export interface MajorityLostOptions {
  readonly cluster: Cluster;
  readonly survivor: ClusterNode;
  readonly targets: readonly ClusterNode[];
  /** What is gone of the targets. */
  readonly gone: "data" | "processes";
  /** Null: the survivor is not to lack anything. */
  readonly behind: Pick<LeftBehind, "look"> | null;
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
/** A survivor that hung first works off what has queued up at it; its drill has an alert that comes later. */
const STEPS_DOWN_AFTER_HANGING_WITHIN_MS = 4400;
const LEADER_POLL_MS = 50;
const VIEW_TIMEOUT_MS = 500;

/** A witness for the loss of `targets`. It opens connections only while it observes. */
export function majorityLostWitness(options: MajorityLostOptions): Witness {
  const { behind, cluster, gone, run, survivor, targets } = options;
  const stepsDownWithinMs = behind === null ? STEPS_DOWN_WITHIN_MS : STEPS_DOWN_AFTER_HANGING_WITHIN_MS;
  return {
    observe: async (when) => {
      await using client = cluster.openClient(survivor.name, { timeoutMs: OPERATION_TIMEOUT_MS });
      const looks: Looks = {
        "survivor-has-no-leader": async () => leaderless(options, when === "after" ? stepsDownWithinMs : 0),
        "survivor-answers-no-linearizable-read": async () =>
          notAcknowledged(await client.get(WITNESS_KEY), "a read", OPERATION_TIMEOUT_MS),
        "survivor-acknowledges-no-write": async () =>
          notAcknowledged(await client.put(WITNESS_KEY, `${run.runId}/${when}`), "a write", OPERATION_TIMEOUT_MS),
        ...(gone === "data"
          ? { "data-folders-are-gone": async (): Promise<Sighting> => foldersGone(targets) }
          : {
              "target-processes-are-gone": async (): Promise<Sighting> => inState(targets, "target-processes-are-gone"),
            }),
      };
      await recordSightings(options, when, looks);
      // Only now: when it knows of no leader any more, nothing more reaches it.
      if (behind !== null) await recordSightings(options, when, { [LEFT_BEHIND_SIGN]: async () => behind.look(when) });
    },
  };
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
