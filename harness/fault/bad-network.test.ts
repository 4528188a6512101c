/** A bad network: what is hindered, and what its witness makes of what got through. */
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import type { Hindrance, Node } from "../substrate/index.ts";
import { fakeCluster, healthyView } from "../system/fake-cluster.ts";
import { badNetwork } from "./bad-network.ts";
import type { ArmedFault } from "./fault.ts";
import { lostOf, rateOf } from "./line-quality.ts";

const LOSSY: Hindrance = { kind: "lossy", share: 0.4 };
const SLOW: Hindrance = { kind: "slow", bitsPerSecond: 800_000 };
const HERE = "127.0.0.1";

/** What a block of a shell prints, after what it does. */
type Shell = (block: string) => Promise<string>;

function machineWith(shell: Shell): Pick<Node, "address" | "name" | "openSession"> {
  return {
    name: "n2",
    address: HERE,
    openSession: async () => ({
      run: async (block, { output }) => {
        output(new TextEncoder().encode(await shell(block)));
        return { status: "ran", exitCode: 0 };
      },
      [Symbol.asyncDispose]: async () => Promise.resolve(),
    }),
  };
}

/** A machine to which so many datagrams have come each time that it is asked. */
function counting(...counts: readonly number[]): Shell {
  let asked = 0;
  return async () =>
    Promise.resolve(
      `Ip: Forwarding\nIp: 1\nUdp: InDatagrams NoPorts InErrors\nUdp: 7 ${counts[asked++]} 0\nUdpLite: 0\n`,
    );
}

/** Sends half of what it is told to, waits, and sends the other half. */
function sendingIn(ms: number): Shell {
  return async (block) => {
    const [, bytes = "", port = ""] = /-c (\d+) .*\/(\d+)$/.exec(block) ?? [];
    const socket = connect(Number(port), HERE);
    const half = Buffer.alloc(Number(bytes) / 2);
    socket.write(half);
    await delay(ms);
    await new Promise<void>((resolve) => socket.end(half, resolve));
    return "";
  };
}

const { signal } = new AbortController();

describe("the quality of a line", () => {
  test("is the share of datagrams that the machine did not count", async () => {
    const machine = machineWith(counting(100, 240));
    expect(await lostOf({ machine, signal })).toBeCloseTo(0.3);
    await expect(lostOf({ machine: machineWith(async () => Promise.resolve("Tcp: 1\n")), signal })).rejects.toThrow(
      /n2 does not tell/,
    );
  });

  test("is what comes from the machine in the time that it takes", async () => {
    const sending = { bytes: 10_000, harnessAddress: HERE, withinMs: 5000 };
    const rate = await rateOf({ machine: machineWith(sendingIn(100)), signal }, sending);
    expect(rate).toBeGreaterThan(0);
    expect(rate).toBeLessThanOrEqual(800_000 * 1.1);
  });
});

test("that the machine is slow to begin with says nothing of its line", async () => {
  const sending = { bytes: 10_000, harnessAddress: HERE, withinMs: 100 };
  const late: Shell = async (block) => {
    await delay(200);
    return sendingIn(0)(block);
  };
  expect(await rateOf({ machine: machineWith(late), signal }, sending)).toBeGreaterThan(0);
});

test("a line on which some comes at once and then nothing is slow", async () => {
  const sending = { bytes: 10_000, harnessAddress: HERE, withinMs: 200 };
  const rate = await rateOf({ machine: machineWith(sendingIn(400)), signal }, sending);
  expect(rate).toBeGreaterThan(0);
  expect(rate).toBeLessThanOrEqual((5000 * 8) / 0.15);
});

interface Setting {
  readonly armed: ArmedFault;
  readonly log: string[];
  readonly seen: (when: "before" | "after") => Promise<readonly (boolean | null)[]>;
}

async function arm(how: Hindrance, { network = true, shell = counting() } = {}): Promise<Setting> {
  const log: string[] = [];
  const entries: LedgerEntry[] = [];
  const machine: Partial<Node> = {
    ...machineWith(shell),
    network: network
      ? {
          harnessAddress: HERE,
          isCut: false,
          cut: async () => Promise.resolve(),
          mend: async () => Promise.resolve(),
          hinder: async (hindrance) => void log.push(hindrance?.kind ?? "in order"),
        }
      : null,
  };
  const run: RunContext = {
    runId: "r",
    clock: systemClock(),
    random: seededRandom(1),
    signal,
    workDir: "",
    evidenceDir: "",
  };
  const nodes = ["n1", "n2", "n3"];
  const view = async (node: string): Promise<ReturnType<typeof healthyView>> => Promise.resolve(healthyView(node));
  const armed = await badNetwork({ targets: { nodes: ["n2"] }, how, lasts: { forMs: 1000 } }).arm({
    cluster: fakeCluster({ nodes, machine, view }),
    run,
    recorder: { record: (entry) => void entries.push(entry), flush: () => {} },
    views: nodes.map((node) => healthyView(node)),
  });
  const seen: Setting["seen"] = async (when) => {
    await armed.witness.observe(when);
    return entries.splice(0).flatMap((entry) => (entry.kind === "witness" ? [entry.seen] : []));
  };
  return { armed, log, seen };
}

describe("a bad network", () => {
  test.each([LOSSY, SLOW])("of the targets is made so, and in order when the fault ends: $kind", async (how) => {
    const { armed, log } = await arm(how);
    expect(log).toEqual([]);
    await armed.inject();
    expect(log).toEqual([how.kind]);
    await armed.lasts?.lift();
    expect(log).toEqual([how.kind, "in order"]);
  });

  test("cannot be made where the nodes share one, and says so", async () => {
    const { armed } = await arm(LOSSY, { network: false });
    await expect(armed.inject()).rejects.toThrow(/n2 has no network of its own/);
  });

  test("is seen by what is lost, and not by a datagram or two", async () => {
    const { seen } = await arm(LOSSY, { shell: counting(0, 198, 300, 420) });
    expect(await seen("before")).toEqual([false]);
    expect(await seen("after")).toEqual([true]);
  });

  test("is seen by how slowly it comes", async () => {
    // So slow that no busy machine is taken for it.
    const crawling: Hindrance = { kind: "slow", bitsPerSecond: 1000 };
    expect(await (await arm(crawling, { shell: sendingIn(0) })).seen("before")).toEqual([false]);
    expect(await (await arm(SLOW, { shell: sendingIn(600) })).seen("after")).toEqual([true]);
  });
});
