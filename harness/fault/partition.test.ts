/** Which packets are kept back, and what the witness makes of what the nodes saw. */
import { describe, expect, test } from "vitest";
import { seededRandom, type RunContext } from "../core/index.ts";
import { manualClock } from "../core/manual-clock.ts";
import type { LedgerEntry, MemberView } from "../ledger/index.ts";
import type { Node } from "../substrate/index.ts";
import { fakeCluster, healthyView } from "../system/fake-cluster.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmedFault } from "./fault.ts";
import { partition, type PartitionManner, type PartitionOptions } from "./partition.ts";

const NODES = ["n1", "n2", "n3"];
const IPS: Readonly<Record<string, string>> = { n1: "198.18.50.1", n2: "198.18.50.2", n3: "198.18.50.3" };

/** What a shell on each node prints; to be broken as a test needs it. */
type Prints = (node: string) => string;

interface Setting {
  readonly armed: ArmedFault;
  readonly log: string[];
  readonly signs: () => Readonly<Record<string, boolean | null>>;
  readonly observe: (when: "before" | "after") => Promise<void>;
}

async function arm(
  options: Pick<PartitionOptions, "targets" | "manner">,
  {
    prints = () => "",
    leaderId = "1",
    network = true,
  }: { prints?: Prints; leaderId?: string | null; network?: boolean } = {},
): Promise<Setting> {
  const clock = manualClock();
  const log: string[] = [];
  const entries: LedgerEntry[] = [];
  const bare = fakeCluster({
    nodes: NODES,
    view: async (node): Promise<MemberView> => ({ ...healthyView(node), leaderId }),
  });
  const nodes = bare.nodes.map((node): ClusterNode => {
    const machine: Node = {
      ...node.machine,
      address: IPS[node.name] ?? "",
      network: network
        ? {
            harnessAddress: "198.18.50.254",
            isCut: false,
            cut: async (to, manner) => void log.push(`${node.name} ${manner} ${to.slice(-1)}`),
            hinder: async () => Promise.resolve(),
            mend: async (to) => void log.push(`${node.name} mend ${to.slice(-1)}`),
          }
        : null,
      openSession: async () => ({
        run: async (_block, { output }) => {
          output(new TextEncoder().encode(prints(node.name)));
          return { status: "ran", exitCode: 0 };
        },
        [Symbol.asyncDispose]: async () => Promise.resolve(),
      }),
    };
    return { ...node, machine };
  });
  const run: RunContext = {
    runId: "r",
    clock,
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: "",
    evidenceDir: "",
  };
  const recorder = { record: (entry: LedgerEntry) => void entries.push(entry), flush: () => {} };
  const cluster = Object.defineProperty(bare, "nodes", { value: nodes });
  const views = NODES.map((node) => healthyView(node));
  const armed = await partition({ ...options, lasts: { forMs: 1000 } }).arm({ cluster, run, recorder, views });
  return {
    armed,
    log,
    signs: () =>
      Object.fromEntries(entries.flatMap((entry) => (entry.kind === "witness" ? [[entry.sign, entry.seen]] : []))),
    observe: async (when) => {
      const observed = armed.witness.observe(when);
      await clock.advance(4000);
      await observed;
    },
  };
}

describe("what is kept back", () => {
  test.each<[PartitionManner, readonly string[]]>([
    ["drop", ["n1 drop 2", "n2 drop 1", "n2 drop 3", "n3 drop 2"]],
    ["refuse", ["n1 refuse 2", "n2 refuse 1", "n2 refuse 3", "n3 refuse 2"]],
    ["drop-sent", ["n2 drop 1", "n2 drop 3"]],
    ["drop-received", ["n1 drop 2", "n3 drop 2"]],
  ])("%s, and all of it is mended when the fault ends", async (manner, cuts) => {
    const { armed, log } = await arm({ targets: { nodes: ["n2"] }, manner });
    expect(log).toEqual([]);
    await armed.inject();
    expect(log).toEqual(cuts);
    await armed.lasts?.lift();
    expect(log.slice(cuts.length)).toEqual(cuts.map((cut) => cut.replace(/drop|refuse/, "mend")));
  });

  test("of a majority each member is on its own", async () => {
    const { armed, log } = await arm({ targets: "majority", manner: "drop" });
    await armed.inject();
    expect(log).toHaveLength(6);
  });

  test("cannot be done where the nodes share a network, and says so", async () => {
    await expect(arm({ targets: "one", manner: "drop" }, { network: false })).rejects.toThrow(/no network of its own/);
  });
});

describe("the witness", () => {
  const everybody: Prints = (node) =>
    NODES.filter((one) => one !== node)
      .map((one) => `reached ${IPS[one]}\n`)
      .join("");
  const HEAD = "tcp   sl  local_address rem_address   st tx_queue rx_queue\n";
  const row = (rest: string): string => `${HEAD}tcp    0: 013212C6:094C ${rest} 00000000:00000000\n`;

  test("sees no sign while everybody is reached and somebody leads", async () => {
    const { observe, signs } = await arm({ targets: "majority", manner: "drop-sent" }, { prints: everybody });
    await observe("before");
    expect(new Set(Object.values(signs()))).toEqual(new Set([false]));
    expect(Object.keys(signs()).toSorted()).toEqual(
      partition({ targets: "majority", manner: "drop-sent", lasts: null }).signs.toSorted(),
    );
  });

  test("sees all of them when nobody is reached, requests stay half open and nobody leads", async () => {
    const prints: Prints = () => row("033212C6:D6F0 03");
    const { observe, signs } = await arm({ targets: "majority", manner: "drop-sent" }, { prints, leaderId: null });
    await observe("after");
    expect(new Set(Object.values(signs()))).toEqual(new Set([true]));
  });

  test.each(["033212C6:D6F0 01", "not a row at all", ""])("takes %j for no half open connection", async (rest) => {
    const { observe, signs } = await arm({ targets: "one", manner: "drop-sent" }, { prints: () => row(rest) });
    await observe("after");
    expect(signs()["requests-of-the-others-arrive"]).toBe(false);
    expect(signs()).not.toHaveProperty("no-member-names-a-leader");
  });

  test("does not know what nobody could look at", async () => {
    const prints: Prints = () => {
      throw new Error("planted");
    };
    const { observe, signs } = await arm({ targets: "majority", manner: "drop" }, { prints });
    await observe("after");
    expect(signs()).toMatchObject({ "targets-reach-no-other-node": null, "no-other-node-reaches-the-targets": null });
  });
});
