/**
 * A member hangs while the others go on without it, so that it lacks what they acknowledge meanwhile. A part of a loss
 * (lose-for-good.ts), and the look that proves it: by a write through another member and the survivor's own word.
 */
import type { RunContext } from "../core/index.ts";
import type { Cluster, ClusterNode } from "../system/index.ts";
import type { Sighting } from "./sightings.ts";

/** The sign of it. Absent from a cluster in which everybody has what was acknowledged. */
export const LEFT_BEHIND_SIGN = "survivor-lacks-what-was-acknowledged";

/**
 * How many entries of the log the others go on by. What the leader has sent to it lies in its sockets and is still taken when it
 * goes on: up to 512 messages (`maxInflightMsgs` in server/etcdserver/raft.go). Some more leave no doubt; what has queued up at it
 * for long keeps it from answering for seconds.
 */
const GONE_ON_BY = 700n;

/** With the workload they have gone on so far in three seconds, with the probes alone in seven. */
const HANGS_AT_MOST_MS = 30_000;

/** What is written to prove it; in nobody's account. */
const WITNESS_KEY = "drillbook/witness/left-behind";

const TIMEOUT_MS = 1000;
const POLL_MS = 50;

export interface LeftBehindOptions {
  readonly cluster: Cluster;
  readonly survivor: ClusterNode;
  /** A member that goes on meanwhile. */
  readonly other: ClusterNode;
  readonly run: RunContext;
}

/** The survivor's part of the loss. */
export interface LeftBehind {
  /** Makes the survivor hang until the others have gone on for long enough. */
  hang(): Promise<void>;
  /** The survivor goes on. */
  goOn(): Promise<void>;
  /** Before: whether it lacks what is written now. After: whether it lacks what was acknowledged while it hung. */
  look(when: "before" | "after"): Promise<Sighting>;
}

/** Touches nothing yet. */
export function leftBehind({ cluster, other, run, survivor }: LeftBehindOptions): LeftBehind {
  const { machine, process } = survivor;
  let acknowledged: string | null = null;
  const write = async (value: string): Promise<void> => {
    await using client = cluster.openClient(other.name, { timeoutMs: TIMEOUT_MS });
    const { outcome, revision } = await client.put(WITNESS_KEY, `${run.runId}/${value}`);
    if (outcome === "acknowledged") acknowledged = revision;
  };
  /** How many entries of the log a member has applied; null when it does not say. */
  const appliedBy = async ({ name }: ClusterNode): Promise<bigint | null> => {
    const { appliedIndex } = await cluster.view(name, { timeoutMs: TIMEOUT_MS });
    return appliedIndex === null ? null : BigInt(appliedIndex);
  };
  /** Whether it lacks it still, after some time in which a member that is not left behind gets it. */
  const lacks = async (withinMs: number): Promise<Sighting> => {
    if (acknowledged === null) return { seen: null, detail: `nothing was acknowledged through ${other.name}` };
    for (const untilMs = run.clock.nowMs() + withinMs; ;) {
      const { revision } = await cluster.view(survivor.name, { timeoutMs: TIMEOUT_MS });
      const has = revision !== null && BigInt(revision) >= BigInt(acknowledged);
      if (has || run.clock.nowMs() >= untilMs) {
        const detail = `revision ${acknowledged} was acknowledged through ${other.name}; ${survivor.name} is at ${revision ?? "none that it tells"}`;
        return { seen: revision === null ? null : !has, detail };
      }
      await run.clock.sleep(POLL_MS, run.signal);
    }
  };
  return {
    hang: async () => {
      await machine.signal(process, "SIGSTOP", "fault");
      const untilMs = run.clock.nowMs() + HANGS_AT_MOST_MS;
      for (let from: bigint | null = null; run.clock.nowMs() < untilMs; await run.clock.sleep(POLL_MS, run.signal)) {
        const applied = await appliedBy(other);
        // A look that fails tells of no progress, and is no beginning to count from.
        from ??= applied;
        if (from !== null && applied !== null && applied - from >= GONE_ON_BY) break;
      }
      await write("while it hangs");
    },
    goOn: async () => machine.signal(process, "SIGCONT", "fault"),
    look: async (when) => {
      if (when === "before") await write(when);
      // Afterwards it knows of no leader, and nothing more comes.
      return lacks(when === "before" ? TIMEOUT_MS : 0);
    },
  };
}
