/**
 * Ends members at an instant between two commits of their databases: writes were acknowledged that stand in the members' logs and
 * in none of their database files.
 *
 * At 200 writes a second and a commit every 100 ms nearly every instant is of that kind, and on a busy machine some are not: what a page
 * loses that takes the file for a snapshot would be a matter of luck, and so would be the drill. Here it is made sure of.
 *
 * The commit before that instant is one of a quiet moment, since each member in turn has run alone, without a quorum. One that falls
 * into the middle of a write can put the index of an entry into the file without its data in 3.5.0 to 3.5.2, so that the
 * entry is lost to every recovery (etcd-io/etcd#13766): that is another disaster.
 */
import { DrillError, formatMs } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { untilCalm } from "./calm.ts";
import type { ClientWrites } from "./client-writes.ts";
import { lastWritten, revisionInFile } from "./database-file.ts";
import type { ArmOptions } from "./fault.ts";

/**
 * Acknowledged puts that no database file has. Within half a minute after the recovery the workload writes about every second of its
 * keys anew, and then nobody sees any more that the earlier put was lost: with twenty, that none is seen is one run in a million.
 */
const PUTS_AT_STAKE = 20;

/** A round takes some two seconds. */
const MET_WITHIN_MS = 60_000;

/** A member that runs alone has applied what was committed within milliseconds, and commits that to its file within 100 ms. */
const COMMITS_WITHIN_MS = 130;
/** So long it must not commit again: nothing was under way. All is kept short, since clients give up after a second. */
const QUIET_MS = 50;
/** When members that stood still for so long go on, their next commit is 100 ms away. */
const NEXT_COMMIT_MS = 110;
/** What a thread was told to write when it was stopped, it still writes. */
const SETTLES_WITHIN_MS = 20;

/** What has queued up while they stood still is acknowledged at once. */
const PUTS_WITHIN_MS = 1000;
const LOOK_EVERY_MS = 5;

const TIMEOUT_MS = 500;
/** In nobody's account. */
const KEY = "drillbook/fault/between-commits";

export interface BetweenCommitsOptions extends Pick<ArmOptions, "cluster" | "run"> {
  readonly clients: ClientWrites;
}

/** A member whose file holds all that it has applied, and when that was written. */
interface Quiet {
  readonly member: ClusterNode;
  readonly revision: bigint;
  readonly writtenNs: bigint;
}

/**
 * Kills all of them at such an instant (SIGKILL), and waits for their end. In each round that it takes they are paused before
 * that for about half a second (SIGSTOP, SIGCONT).
 * @throws DrillError `environment` when there is no such instant in time.
 */
export async function killBetweenCommits(
  members: readonly ClusterNode[],
  options: BetweenCommitsOptions,
): Promise<void> {
  const { run } = options;
  for (const untilMs = run.clock.nowMs() + MET_WITHIN_MS; run.clock.nowMs() < untilMs;) {
    await untilCalm(members, options);
    if (await standBetweenCommits(members, options)) {
      await signalAll(members, "SIGKILL");
      await Promise.all(members.map(async ({ machine, process }) => machine.exited(process)));
      return;
    }
    await signalAll(members, "SIGCONT");
  }
  throw new DrillError(
    "environment",
    "fault",
    `within ${formatMs(MET_WITHIN_MS)} there was no instant at which ${PUTS_AT_STAKE} acknowledged puts were in no database file: the members commit too often, or the machine is too busy`,
  );
}

async function signalAll(members: readonly ClusterNode[], signal: NodeJS.Signals): Promise<void> {
  await Promise.all(members.map(async ({ machine, process }) => machine.signal(process, signal, "fault")));
}

/** Pauses all of them. @returns whether it is at such an instant. */
async function standBetweenCommits(members: readonly ClusterNode[], options: BetweenCommitsOptions): Promise<boolean> {
  const { clock, signal } = options.run;
  await signalAll(members, "SIGSTOP");
  const quiet: Quiet[] = [];
  for (const member of members) {
    const one = await commitAlone(member, options);
    if (one === null) return false;
    quiet.push(one);
  }
  await clock.sleep(NEXT_COMMIT_MS, signal);
  await signalAll(members, "SIGCONT");
  const isAtStake = await acknowledgedBeyond(quiet, options);
  await signalAll(members, "SIGSTOP");
  await clock.sleep(SETTLES_WITHIN_MS, signal);
  if (!isAtStake) return false;
  for (const { member, revision, writtenNs } of quiet) {
    if ((await lastWritten(member)) !== writtenNs || (await revisionInFile(member, options)) !== revision) return false;
  }
  return true;
}

/** Lets it run while the others stand still. @returns null when it commits to the last, or does not tell what it has applied. */
async function commitAlone(member: ClusterNode, { cluster, run }: BetweenCommitsOptions): Promise<Quiet | null> {
  await signalAll([member], "SIGCONT");
  await run.clock.sleep(COMMITS_WITHIN_MS, run.signal);
  const writtenNs = await lastWritten(member);
  await run.clock.sleep(QUIET_MS, run.signal);
  const { revision } = await cluster.view(member.name, { timeoutMs: TIMEOUT_MS });
  await signalAll([member], "SIGSTOP");
  await run.clock.sleep(SETTLES_WITHIN_MS, run.signal);
  if (revision === null || (await lastWritten(member)) !== writtenNs) return null;
  return { member, revision: BigInt(revision), writtenNs };
}

/** Whether so much was acknowledged in time that no file has. Where no client writes, a write of our own is what is at stake. */
async function acknowledgedBeyond(
  quiet: readonly Quiet[],
  { clients, cluster, run }: BetweenCommitsOptions,
): Promise<boolean> {
  const [first] = quiet;
  if (first === undefined) return false;
  if (!clients.areThere()) {
    await using client = cluster.openClient(first.member.name, { timeoutMs: TIMEOUT_MS });
    return (await client.put(KEY, run.runId)).outcome === "acknowledged";
  }
  const held = quiet.reduce((greatest, { revision }) => (revision > greatest ? revision : greatest), first.revision);
  for (const untilMs = run.clock.nowMs() + PUTS_WITHIN_MS; run.clock.nowMs() < untilMs;) {
    if (clients.putsBeyond(held) >= PUTS_AT_STAKE) return true;
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
  }
  return false;
}
