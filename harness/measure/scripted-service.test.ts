/**
 * The measured interval against the truth: a scripted service with outages of known length, seen through the real grid, the
 * real probes and the real rule, on a clock of its own. Whatever the period, the latencies, the time-outs, the phases and
 * the standstills of the harness, the interval must hold the instant since which the service answers for good.
 */
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { HEADER, inOrder } from "../../fixtures/ledgers/build.ts";
import { seededRandom } from "../core/index.ts";
import { manualClock } from "../core/manual-clock.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { ACKNOWLEDGED, fakeCluster, healthyView, silentView } from "../system/fake-cluster.ts";
import { startProbes } from "../system/index.ts";
import { measureRecovery } from "./index.ts";

/** What a case is made of; times in periods of the service grid, so that 10 ms and 5 s are the same work. */
const script = fc.record({
  periodMs: fc.oneof(fc.integer({ min: 10, max: 100 }), fc.integer({ min: 10, max: 5000 })),
  timeoutPeriods: fc.double({ min: 0.5, max: 6, noNaN: true }),
  /** When the outage begins after the first probe, and how long it lasts. */
  phasePeriods: fc.double({ min: 2, max: 5, noNaN: true }),
  outagePeriods: fc.double({ min: 0, max: 25, noNaN: true }),
  /** A second outage within the hold, of at least a period so that a probe falls into it: what falls between two probes nobody sees. */
  relapse: fc.option(
    fc.record({
      afterPeriods: fc.double({ min: 1, max: 8, noNaN: true }),
      forPeriods: fc.double({ min: 1.05, max: 5, noNaN: true }),
    }),
  ),
  /** The share of the time-out that an answer takes at most. */
  latencyShare: fc.double({ min: 0, max: 0.95, noNaN: true }),
  /** How many of a thousand writes are lost though the service is up. */
  lostPerMille: fc.constantFrom(0, 0, 5, 20),
  hangs: fc.boolean(),
  seed: fc.nat(),
});
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  readonly trueMs: number;
  readonly low: number | null;
  readonly high: number | null;
}

async function play(one: Script): Promise<Seen> {
  const { periodMs } = one;
  const timeoutMs = one.timeoutPeriods * periodMs;
  const clock = manualClock();
  const random = seededRandom(one.seed);
  const downFromMs = one.phasePeriods * periodMs;
  const backAtMs = downFromMs + one.outagePeriods * periodMs;
  const outages = [[downFromMs, backAtMs] as const];
  if (one.relapse !== null) {
    const fromMs = backAtMs + one.relapse.afterPeriods * periodMs;
    outages.push([fromMs, fromMs + one.relapse.forPeriods * periodMs]);
  }
  /** The last instant at which the service did not do what it must. */
  let trueMs = outages.at(-1)?.[1] ?? 0;
  const isUp = (ms: number): boolean => !outages.some(([fromMs, toMs]) => ms >= fromMs && ms < toMs);
  const lossesEndMs = trueMs + 10 * periodMs;
  const readBackAtMs = lossesEndMs + 30 * periodMs + 4 * timeoutMs;
  const put = async (): Promise<typeof ACKNOWLEDGED> => {
    const arrivesMs = clock.nowMs();
    const isLost = isUp(arrivesMs) && arrivesMs < lossesEndMs && random.next() * 1000 < one.lostPerMille;
    // A lost write is an outage of its own, as long as that write: the service answers for good only after it.
    if (isLost) trueMs = Math.max(trueMs, arrivesMs);
    if (isUp(arrivesMs) && !isLost) {
      const takesMs = random.next() * one.latencyShare * timeoutMs;
      await clock.sleep(takesMs);
      return ACKNOWLEDGED;
    }
    const refused = !isLost && !one.hangs;
    await clock.sleep(refused ? 1 : timeoutMs);
    return {
      outcome: refused ? "refused" : "unknown",
      revision: null,
      value: null,
      reason: refused ? "connection-refused" : "deadline",
    };
  };
  const grid = { periodMs, timeoutMs };
  const plan = {
    ...HEADER.plan,
    steadyState: { voters: 1 },
    holdForMs: 12 * periodMs,
    serviceProbe: grid,
    clusterProbe: { periodMs: 3 * periodMs, timeoutMs },
  };
  const entries: LedgerEntry[] = NODES.map((node) => ({
    kind: "node",
    startsAs: "member" as const,
    atMs: 0,
    node,
    address: node,
    clientUrl: "",
    peerUrl: "",
  }));
  const run = { runId: "r", clock, random, signal: new AbortController().signal, workDir: "", evidenceDir: "" };
  const recorder = { record: (entry: LedgerEntry) => void entries.push(entry), flush: () => undefined };
  const cluster = fakeCluster({
    nodes: NODES,
    put,
    view: async (node) => (isUp(clock.nowMs()) ? wholeView(node) : silentView(node)),
  });
  const probes = startProbes({ cluster, plan, run, recorder });
  await clock.advance(downFromMs);
  recorder.record({
    kind: "fault",
    atMs: downFromMs,
    event: "injecting",
    fault: "",
    targets: [],
    chosen: "",
    blastRadius: [],
  });
  await clock.advance(readBackAtMs - downFromMs);
  recorder.record({ kind: "phase", atMs: readBackAtMs, phase: "read-back" });
  const disposed = probes[Symbol.asyncDispose]();
  await clock.advance(timeoutMs + 1);
  await disposed;
  const { low, high } = measureRecovery({
    header: { ...HEADER, plan },
    entries: inOrder(entries),
    tornTail: false,
  }).recoveryTimeMs;
  return { trueMs: trueMs - downFromMs, low, high };
}

const NODES = ["n1"];

/** A member of a cluster that is whole: it lists itself. */
function wholeView(node: string): ReturnType<typeof healthyView> {
  const view = healthyView(node);
  const member = { memberId: view.memberId ?? "", name: node, peerUrls: [], clientUrls: [], isLearner: false };
  return { ...view, members: [member], stateHash: { revision: "7", compactRevision: "0", hash: "h" } };
}

let cases = 0;
let held = 0;
let censored = 0;
afterAll(() =>
  process.stdout.write(`scripted service: ${cases} cases, ${held} intervals hold the truth, ${censored} censored\n`),
);

test("the interval holds the true value in every case, or claims no end", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(script, async (one) => {
      const { high, low, trueMs } = await play(one);
      cases++;
      expect(low).toBeLessThanOrEqual(trueMs + 0.001);
      if (high === null) censored++;
      else {
        expect(high).toBeGreaterThanOrEqual(trueMs - 0.001);
        held++;
        // Nor is it true by being wide: a look of the slow grid, a probe of the fast one, and an answer.
        expect(high - (low ?? 0)).toBeLessThanOrEqual((4 + one.timeoutPeriods) * one.periodMs + 1);
      }
    }),
    { numRuns: 150 },
  );
});
