/**
 * A member is removed from the cluster in good order, and some time later the others are restarted all at once, as after a power
 * cut or an upgrade. Some versions of etcd do not survive the second part (etcd-io/etcd#13466).
 * Not its business: proving it (removed-then-restarted-witness.ts).
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import type { Cluster, ClusterNode } from "../system/index.ts";
import { faultRecord } from "./fault-record.ts";
import type { ArmedFault, ArmOptions, Fault } from "./fault.ts";
import { PANIC_SIGN, RESTARTED_SIGNS, removedThenRestartedWitness } from "./removed-then-restarted-witness.ts";

export interface RemovedThenRestartedOptions {
  /** The node whose member is removed. */
  readonly remove: string;
  /** Whether the others then panic at each start. False: they come back by themselves. */
  readonly othersPanic: boolean;
}

const FAULT_ID = "remove-member-then-restart-the-others";

/** A change of members is refused until those that are there have been connected for five seconds (etcd, `unhealthy cluster`). */
const REMOVE_WITHIN_MS = 30_000;
const TRY_EVERY_MS = 500;

/**
 * A member writes what it has applied to its database file every 100 ms (server/storage/backend, batchInterval): by then the removal is
 * there, and with it some acknowledged writes are in the log only. A snapshot of the raft log in between would hold the removal, which
 * would then not be replayed: that is why one has just been taken when it begins.
 */
const BEFORE_RESTART_MS = 500;

/** At the drill's rate of writes a snapshot is taken every some seconds. */
const SNAPSHOT_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Removes one member with etcdctl, as an administrator does, then kills the others (SIGKILL) and starts them again. */
export function removedThenRestarted(options: RemovedThenRestartedOptions): Fault {
  return {
    id: FAULT_ID,
    effect: `the member of ${options.remove} is removed, then the others are killed and started again${options.othersPanic ? ", and panic" : ""}`,
    signs: options.othersPanic ? [...RESTARTED_SIGNS, PANIC_SIGN] : RESTARTED_SIGNS,
    arm: async (armOptions) => arm(options, armOptions),
  };
}

async function arm({ remove, othersPanic }: RemovedThenRestartedOptions, options: ArmOptions): Promise<ArmedFault> {
  const { cluster, run, views } = options;
  const removed = cluster.nodes.find((node) => node.name === remove);
  const memberId = views.find((view) => view.node === remove)?.memberId ?? null;
  if (removed === undefined || memberId === null) {
    throw new DrillError("harness", "fault", `${remove} has no member to remove; arm the fault in steady state`);
  }
  const others = cluster.nodes.filter((node) => node !== removed);
  const targets = cluster.nodes.map((node) => node.name);
  const blastRadius = [
    `${remove}: its member ${memberId} is removed from the cluster`,
    ...others.map(({ name, process }) => `${name}: process ${process} (SIGKILL, then started again)`),
  ];
  const note = faultRecord(options, {
    fault: FAULT_ID,
    targets,
    chosen: `${remove} is named by the scenario; the others are all that are left`,
    blastRadius,
  });
  if (othersPanic) await untilNextSnapshot(others, options);
  note("armed");
  return {
    targets,
    blastRadius,
    oldData: null,
    lasts: null,
    inject: async () => {
      note("injecting");
      await removeMember(cluster, memberId, options);
      await run.clock.sleep(BEFORE_RESTART_MS, run.signal);
      await restart(others);
      note("injected");
    },
    witness: removedThenRestartedWitness(options, { removed, others, othersPanic }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Waits until each of the members has taken one more snapshot of its raft log. */
async function untilNextSnapshot(nodes: readonly ClusterNode[], { run }: ArmOptions): Promise<void> {
  const before = new Map(await Promise.all(nodes.map(async (node) => [node, await newestSnapshot(node)] as const)));
  const untilMs = run.clock.nowMs() + SNAPSHOT_WITHIN_MS;
  for (;;) {
    const now = await Promise.all(nodes.map(async (node) => (await newestSnapshot(node)) !== before.get(node)));
    if (now.every((isNewer) => isNewer)) return;
    if (run.clock.nowMs() > untilMs) {
      throw new DrillError("harness", "fault", "the members take no snapshots of their raft log: set --snapshot-count");
    }
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
  }
}

/** Its name: term and index in hexadecimal, so that the last by name is the newest; empty when there is none. */
async function newestSnapshot({ dataDir, machine }: ClusterNode): Promise<string> {
  const names = await readdir(join(machine.homeDir, dataDir, "member", "snap"));
  return (
    names
      .filter((name) => name.endsWith(".snap"))
      .toSorted()
      .at(-1) ?? ""
  );
}

/** As an administrator does it: with etcdctl, from the workstation, again while the cluster refuses changes. */
async function removeMember({ workstation }: Cluster, memberId: string, { run }: ArmOptions): Promise<void> {
  await using session = await workstation.openSession({});
  const untilMs = run.clock.nowMs() + REMOVE_WITHIN_MS;
  const id = BigInt(memberId).toString(16);
  for (;;) {
    const said: Uint8Array[] = [];
    const { status, exitCode } = await session.run(`etcdctl member remove ${id}`, {
      timeoutMs: REMOVE_WITHIN_MS,
      signal: run.signal,
      output: (chunk) => void said.push(chunk),
    });
    if (status === "ran" && exitCode === 0) return;
    const text = Buffer.concat(said).toString("utf8").trim();
    if (run.clock.nowMs() > untilMs) {
      throw new DrillError(
        "environment",
        "fault",
        `the member ${id} could not be removed: ${text}; nothing was killed`,
      );
    }
    await run.clock.sleep(TRY_EVERY_MS, run.signal);
  }
}

async function restart(nodes: readonly ClusterNode[]): Promise<void> {
  await Promise.all(nodes.map(async ({ machine, process }) => machine.signal(process, "SIGKILL", "fault")));
  await Promise.all(nodes.map(async ({ machine, process }) => machine.exited(process)));
  await Promise.all(nodes.map(async ({ machine, process }) => machine.start(process, "fault")));
}
