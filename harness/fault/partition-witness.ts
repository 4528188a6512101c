/**
 * The witness of a partition: connections that a shell on each node makes to the others' ports, the kernel's table of
 * connections on each node, and what the members say of their leader. It knows neither routes nor neighbours.
 */
import { messageOf } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import type { PartitionManner, PartitionOptions } from "./partition.ts";
import { recordSightings, type Looks, type Sighting } from "./sightings.ts";
import type { Targets } from "./targets.ts";

const SENT = "targets-reach-no-other-node";
const RECEIVED = "no-other-node-reaches-the-targets";
const LEADERLESS = "no-member-names-a-leader";
/** Of a one-way cut: a connection is half open where the request for it arrives and the answer does not get back. */
const ONE_WAY: Readonly<Partial<Record<PartitionManner, string>>> = {
  "drop-sent": "requests-of-the-others-arrive",
  "drop-received": "requests-of-the-targets-arrive",
};

/** What it looks for. That nobody leads is a sign where the word says that no quorum is left together. */
export function partitionSigns({ manner, targets }: Pick<PartitionOptions, "manner" | "targets">): readonly string[] {
  const oneWay = ONE_WAY[manner];
  return [SENT, RECEIVED, ...(oneWay === undefined ? [] : [oneWay]), ...(splitsAll(targets) ? [LEADERLESS] : [])];
}

export interface PartitionWitnessOptions extends Pick<ArmOptions, "cluster" | "recorder" | "run"> {
  readonly targets: readonly ClusterNode[];
  readonly manner: PartitionManner;
  readonly word: Targets;
}

/** A connection is made within a millisecond; a request that got no answer is repeated after one second (tcp(7)). */
const CONNECT_WITHIN_S = 0.8;
const LOOK_AFTER_S = 0.3;
const BLOCK_WITHIN_MS = 5000;

/** A leader that hears of no majority steps down within two election time-outs of 1 s; the rest is for a slow machine. */
const LEADERLESS_WITHIN_MS = 3500;
const LEADER_POLL_MS = 50;
const VIEW_TIMEOUT_MS = 500;

/** Looks from every node at every other. */
export function partitionWitness(options: PartitionWitnessOptions): Witness {
  const { cluster, manner, targets, word } = options;
  return {
    observe: async (when) => {
      const seen = lookAround(options).catch((error: unknown) => messageOf(error));
      const between = (isFrom: (from: ClusterNode, to: ClusterNode) => boolean): (() => Promise<Sighting>) => {
        return async () => connections(await seen, cluster.nodes, isFrom);
      };
      const oneWay = ONE_WAY[manner];
      const looks: Looks = {
        [SENT]: between((from) => targets.includes(from)),
        [RECEIVED]: between((_from, to) => targets.includes(to)),
        ...(oneWay === undefined ? {} : { [oneWay]: async () => halfOpen(await seen, options) }),
        ...(splitsAll(word) ? { [LEADERLESS]: async () => leaderless(options, when) } : {}),
      };
      await recordSightings(options, when, looks);
    },
  };
}

function splitsAll(targets: Targets): boolean {
  return targets === "majority" || targets === "all";
}

/** What one node saw: whom it could connect to, and from whom a connection was half open, both by address. */
interface Surroundings {
  readonly node: string;
  readonly reached: ReadonlySet<string>;
  readonly halfOpenFrom: ReadonlySet<string>;
}

async function lookAround(options: PartitionWitnessOptions): Promise<readonly Surroundings[]> {
  const { nodes } = options.cluster;
  return Promise.all(
    nodes.map(async (node) =>
      lookFrom(
        node,
        nodes.filter((one) => one !== node),
        options,
      ),
    ),
  );
}

/** In one block: all connections at once, a look at the table while they are being made, and who was reached. */
async function lookFrom(
  { machine, name }: ClusterNode,
  others: readonly ClusterNode[],
  { run }: PartitionWitnessOptions,
): Promise<Surroundings> {
  const attempts = others.map(({ machine: { address }, peerUrl }) => {
    const { port } = new URL(peerUrl);
    return `{ timeout ${CONNECT_WITHIN_S} bash -c '</dev/tcp/${address}/${port}' 2>/dev/null && echo "reached ${address}"; } &`;
  });
  const block = [...attempts, `sleep ${LOOK_AFTER_S}`, "sed 's/^/tcp /' /proc/net/tcp", "wait"].join("\n");
  let output = "";
  await using shell = await machine.openSession({});
  const { exitCode, status } = await shell.run(block, {
    timeoutMs: BLOCK_WITHIN_MS,
    signal: run.signal,
    output: (chunk) => void (output += Buffer.from(chunk).toString()),
  });
  if (exitCode !== 0) throw new Error(`the look from ${name} came to ${status}, exit ${exitCode}: ${output}`);
  const lines = output.split("\n");
  return {
    node: name,
    reached: new Set(lines.flatMap((line) => /^reached (\S+)$/.exec(line)?.[1] ?? [])),
    halfOpenFrom: new Set(lines.flatMap(halfOpenPeer)),
  };
}

/** The state of a connection whose request arrived and whose answer was not acknowledged (include/net/tcp_states.h). */
const SYN_RECV = "03";

/** The remote address of a line of /proc/net/tcp in this state: four bytes in hexadecimal, the last one first (proc(5)). */
function halfOpenPeer(line: string): readonly string[] {
  const [, , , remote = "", state] = line.trim().split(/\s+/);
  const bytes = /^([0-9A-F]{8}):/.exec(remote)?.[1]?.match(/../g);
  if (state !== SYN_RECV || bytes === undefined || bytes === null) return [];
  return [
    bytes
      .toReversed()
      .map((byte) => Number.parseInt(byte, 16))
      .join("."),
  ];
}

/** Seen when none of the connections that were tried was made. */
function connections(
  seen: readonly Surroundings[] | string,
  nodes: readonly ClusterNode[],
  isOf: (from: ClusterNode, to: ClusterNode) => boolean,
): Sighting {
  if (typeof seen === "string") return { seen: null, detail: `could not look: ${seen}` };
  const made = nodes.flatMap((from) =>
    nodes.flatMap((to) => {
      const reached = seen.find(({ node }) => node === from.name)?.reached.has(to.machine.address) === true;
      return from !== to && isOf(from, to) && reached ? [`${from.name} to ${to.name}`] : [];
    }),
  );
  return { seen: made.length === 0, detail: `connections were made: ${made.join(", ") || "none"}` };
}

/** Seen when every node at the deaf end has a half open connection from somebody whom it cannot answer. */
function halfOpen(seen: readonly Surroundings[] | string, { manner, targets }: PartitionWitnessOptions): Sighting {
  if (typeof seen === "string") return { seen: null, detail: `could not look: ${seen}` };
  const names = new Set(targets.map(({ name }) => name));
  const hearing = seen.filter(({ node }) => names.has(node) === (manner === "drop-sent"));
  return {
    seen: hearing.length > 0 && hearing.every(({ halfOpenFrom }) => halfOpenFrom.size > 0),
    detail: hearing
      .map(
        ({ halfOpenFrom, node }) =>
          `${node} has half open connections from ${[...halfOpenFrom].join(", ") || "nobody"}`,
      )
      .join("; "),
  };
}

async function leaderless({ cluster, run }: PartitionWitnessOptions, when: "before" | "after"): Promise<Sighting> {
  const untilMs = run.clock.nowMs() + (when === "after" ? LEADERLESS_WITHIN_MS : 0);
  for (;;) {
    const views = await Promise.all(
      cluster.nodes.map(async ({ name }) => cluster.view(name, { timeoutMs: VIEW_TIMEOUT_MS })),
    );
    const said = views.map(({ leaderId, memberId, node }) =>
      memberId === null ? `${node} does not answer` : `${node} names ${leaderId ?? "nobody"}`,
    );
    const silent = views.some(({ memberId }) => memberId === null);
    if (!silent && views.every(({ leaderId }) => leaderId === null)) return { seen: true, detail: said.join(", ") };
    if (run.clock.nowMs() >= untilMs) return { seen: silent ? null : false, detail: said.join(", ") };
    await run.clock.sleep(LEADER_POLL_MS, run.signal);
  }
}
