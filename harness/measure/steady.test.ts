import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entriesOf, healthyLedger } from "../../fixtures/ledgers/build.ts";
import { peerUrl } from "../../fixtures/ledgers/header.ts";
import { HARNESS_STOOD_STILL, type ClusterProbeEntry, type LedgerEntry, type MemberView } from "../ledger/index.ts";
import { steadyTracker, type SteadyPlan, type SteadyTracker } from "./steady.ts";

const NODES = ["n1", "n2", "n3"];
const PLAN: SteadyPlan = {
  store: { lacks: {} },
  steadyState: { voters: 3 },
  holdForMs: 1000,
  serviceProbe: { periodMs: 100, timeoutMs: 300 },
  clusterProbe: { periodMs: 250, timeoutMs: 400 },
};
const GOOD = entriesOf(healthyLedger(), "cluster-probe")[0] as ClusterProbeEntry;

const service = (node: string, sentAtMs: number, ok = true, tookMs = 2): LedgerEntry => ({
  kind: "service-probe",
  atMs: sentAtMs + tookMs,
  node,
  sentAtMs,
  ok,
  reason: ok ? null : "deadline",
});
const cluster = (sentAtMs: number, change: Partial<ClusterProbeEntry> = {}): LedgerEntry => ({
  ...GOOD,
  atMs: sentAtMs + 5,
  sentAtMs,
  ...change,
});

/** All probes of the grids in [fromMs, toMs), in the order in which they are answered. */
function grid(fromMs: number, toMs: number, ok: (node: string, atMs: number) => boolean = () => true): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (let at = fromMs; at < toMs; at += 100) for (const node of NODES) entries.push(service(node, at, ok(node, at)));
  for (let at = fromMs; at < toMs; at += 250) entries.push(cluster(at));
  return entries.sort((a, b) => a.atMs - b.atMs);
}

function feed(tracker: SteadyTracker, entries: readonly LedgerEntry[]): SteadyTracker {
  for (const entry of entries) tracker.observe(entry);
  return tracker;
}

const PLACES = NODES.map((node) => ({ node, peerUrl: peerUrl(node), startsAs: "member" as const }));
const tracker = (notBeforeMs = 0): SteadyTracker => steadyTracker(PLAN, PLACES, { notBeforeMs });

describe("the hold", () => {
  test("nothing is steady without a sample, and says what is missing", () => {
    const status = tracker().status();
    expect(status).toMatchObject({ steady: false, since: null, holdComplete: false, sawBad: false });
    expect(status.wrong).toHaveLength(4);
  });

  test("it is complete when every probe sent within it has been heard, and not before", () => {
    const entries = grid(0, 3000);
    const one = tracker();
    const completed = entries.find((entry) => {
      one.observe(entry);
      return one.status().holdComplete;
    });
    // High is 5 ms (the first cluster probe); 1000 ms of hold; 400 ms until a cluster probe sent then must be over.
    expect(one.status().since).toEqual({ lowMs: 0, highMs: 5 });
    expect(completed?.atMs).toBe(1505);
  });

  test.each(NODES)("a single bad write through %s breaks it, is counted, and starts it again", (bad) => {
    const one = feed(
      tracker(),
      grid(0, 3000, (node, at) => !(node === bad && at === 2000)),
    );
    expect(one.status()).toMatchObject({
      steady: true,
      holdComplete: false,
      relapses: 1,
      since: { lowMs: 2000, highMs: 2102 },
    });
    feed(one, grid(3000, 4000));
    expect(one.status()).toMatchObject({ holdComplete: true, relapses: 1 });
  });

  test("a bad look at the cluster breaks it, and the reader is told why", () => {
    const one = feed(tracker(), grid(0, 2000));
    one.observe(cluster(2000, { views: GOOD.views.slice(1) }));
    expect(one.status()).toMatchObject({
      steady: false,
      holdComplete: false,
      relapses: 1,
      wrong: ["n1 does not answer"],
    });
  });

  test("a probe that was sent within the hold and fails late still breaks it", () => {
    const without = grid(0, 1600).filter(
      (one) => !(one.kind === "service-probe" && one.node === "n1" && one.sentAtMs === 1000),
    );
    const one = feed(
      tracker(),
      without.filter((entry) => entry.atMs < 1299),
    );
    expect(one.status().holdComplete).toBe(false);
    one.observe(service("n1", 1000, false, 300));
    feed(
      one,
      without.filter((entry) => entry.atMs >= 1299),
    );
    expect(one.status()).toMatchObject({ steady: true, holdComplete: false, relapses: 1 });
  });

  test("a slow failure from before the hold moves nothing that came after it", () => {
    const one = tracker();
    feed(one, [service("n1", 100), service("n2", 100), service("n3", 100), cluster(100)]);
    one.observe(service("n1", 0, false, 300));
    expect(one.status()).toMatchObject({ steady: true, relapses: 0, since: { lowMs: 0, highMs: 105 } });
  });

  test("a stream that falls silent is not good", () => {
    const silent = grid(0, 3000).filter(
      (one) => !(one.kind === "service-probe" && one.node === "n2" && one.sentAtMs >= 500),
    );
    const status = feed(tracker(), silent).status();
    expect(status).toMatchObject({ steady: false, holdComplete: false, sawBad: false });
    expect(status.wrong).toEqual(["writes through n2: no probe has been heard of for too long"]);
  });

  test("a gap in a stream starts its run again: nobody looked", () => {
    const gap = grid(0, 3000).filter(
      (one) => !(one.kind === "service-probe" && one.node === "n2" && one.sentAtMs > 500 && one.sentAtMs < 1200),
    );
    expect(feed(tracker(), gap).status().since).toEqual({ lowMs: 0, highMs: 1202 });
  });

  test("a probe that proves nothing, since the harness stood still, neither breaks it nor carries it", () => {
    const asleep = (entry: LedgerEntry): LedgerEntry => {
      if (entry.kind === "service-probe" && entry.node === "n2" && entry.sentAtMs >= 500 && entry.sentAtMs < 700)
        return { ...entry, ok: null, reason: HARNESS_STOOD_STILL };
      const view = GOOD.views[0];
      if (entry.kind === "cluster-probe" && entry.sentAtMs === 500 && view !== undefined)
        return { ...entry, views: [{ ...view, answered: false, reason: HARNESS_STOOD_STILL }, ...GOOD.views.slice(1)] };
      return entry;
    };
    expect(feed(tracker(), grid(0, 3000).map(asleep)).status()).toMatchObject({
      steady: true,
      holdComplete: true,
      relapses: 0,
      since: { lowMs: 0, highMs: 5 },
    });
    const allAsleep = grid(0, 3000).map((entry): LedgerEntry =>
      entry.kind === "service-probe" ? { ...entry, ok: null, reason: HARNESS_STOOD_STILL } : entry,
    );
    expect(feed(tracker(), allAsleep).status()).toMatchObject({ steady: false, holdComplete: false, sawBad: false });
  });

  const partly = (sentAtMs: number, change: Partial<MemberView>, from: readonly LedgerEntry[]): LedgerEntry[] =>
    from.map((entry) =>
      entry.kind === "cluster-probe" && entry.sentAtMs === sentAtMs
        ? { ...entry, views: entry.views.map((view) => (view.node === "n2" ? { ...view, ...change } : view)) }
        : entry,
    );

  test.each(["alarms", "members", "clusterId", "memberId"] as const)(
    "a look in which a member leaves out its %s begins the hold anew, and is no bad one",
    (field) => {
      const one = feed(tracker(), partly(2000, { [field]: null }, grid(0, 2250)));
      expect(one.status()).toMatchObject({ steady: false, sawBad: false, relapses: 0, lastFlaws: [] });
      expect(one.status().wrong.join()).toMatch(/n2 does not tell its/);
      expect(one.wrongAtEnd(2300)).toEqual({ standing: [], late: [] });
      feed(one, grid(2250, 3000));
      expect(one.status()).toMatchObject({ steady: true, holdComplete: false, since: { lowMs: 0, highMs: 2255 } });
      // One that was sent before it and is heard of later does not count.
      one.observe(cluster(1900));
      expect(one.status().since).toEqual({ lowMs: 0, highMs: 2255 });
    },
  );

  test("a look that leaves something out does not keep an older bad one standing", () => {
    const one = feed(tracker(), partly(1250, { alarms: ["NOSPACE"] }, partly(2000, { alarms: null }, grid(0, 2250))));
    expect(one.wrongAtEnd(2300)).toEqual({ standing: [], late: ["n2 has alarms: NOSPACE"] });
  });

  test("a look in part while the harness stood still is as if nobody had looked", () => {
    const one = feed(tracker(), partly(2000, { alarms: null, reason: HARNESS_STOOD_STILL }, grid(0, 3000)));
    expect(one.status()).toMatchObject({ steady: true, holdComplete: true, since: { lowMs: 0, highMs: 5 } });
  });

  test("without comparable hashes it is never complete; one comparable look is enough", () => {
    const views = GOOD.views.map((view) => (view.node === "n3" ? { ...view, stateHash: null } : view));
    const blind = grid(0, 3000).map((entry) => (entry.kind === "cluster-probe" ? { ...entry, views } : entry));
    const one = feed(tracker(), blind);
    expect(one.status()).toMatchObject({ steady: true, holdComplete: false, wrong: [expect.stringMatching(/hashes/)] });
    feed(one, [cluster(3000)]);
    expect(one.status().holdComplete).toBe(true);
  });
});

describe("what counts", () => {
  test("samples sent before `notBeforeMs` do not, good or bad", () => {
    const one = feed(
      tracker(5000),
      grid(0, 5000, (node) => node !== "n1"),
    );
    expect(one.status()).toMatchObject({ steady: false, sawBad: false, notSteadyBeforeMs: 5000 });
    expect(feed(one, grid(5000, 5300)).status().since).toEqual({ lowMs: 5000, highMs: 5005 });
  });

  test("an acting step moves that instant; a look, or a skipped step, does not", () => {
    const step = (acts: boolean, status: "ran" | "skipped"): LedgerEntry => ({
      kind: "step",
      part: "recovery",
      atMs: 1500,
      id: "s",
      line: 1,
      role: "r",
      node: "n1",
      acts,
      onlyIf: null,
      status,
      exitCode: 0,
      startMs: 1000,
      endMs: 1450,
      outputTail: "",
      outputBytes: 0,
      redactions: 0,
      outputFile: null,
    });
    const after = (entry: LedgerEntry): unknown =>
      feed(tracker(), [...grid(0, 1500), entry, ...grid(1500, 1600)]).status().since;
    expect(after(step(false, "ran"))).toEqual({ lowMs: 0, highMs: 5 });
    expect(after(step(true, "skipped"))).toEqual({ lowMs: 0, highMs: 5 });
    expect(after(step(true, "ran"))).toEqual({ lowMs: 1450, highMs: 1505 });
  });

  test("a process that the page starts moves it too, whatever the page says of its steps", () => {
    const started = (actor: "runbook" | "harness"): LedgerEntry => ({
      kind: "process",
      atMs: 1450,
      event: "started",
      node: "n1",
      process: "etcd",
      pid: 1,
      actor,
      command: [],
      variables: [],
      exitCode: null,
      signal: null,
    });
    const since = (actor: "runbook" | "harness"): unknown =>
      feed(tracker(), [...grid(0, 1500), started(actor), ...grid(1500, 1600)]).status().since;
    expect(since("runbook")).toEqual({ lowMs: 1450, highMs: 1505 });
    expect(since("harness")).toEqual({ lowMs: 0, highMs: 5 });
  });

  test("probes of unknown nodes do not, and no nodes are never steady", () => {
    expect(feed(tracker(), [...grid(0, 3000), service("n9", 2950, false)]).status().holdComplete).toBe(true);
    const nobody = steadyTracker({ ...PLAN, steadyState: { voters: 0 } }, [], { notBeforeMs: 0 });
    expect(feed(nobody, grid(0, 3000)).status()).toMatchObject({ steady: false, holdComplete: false });
  });
});

test("the interval holds the true instant from which every member served, for any outage", () => {
  const node = fc.record({
    backAtMs: fc.integer({ min: 0, max: 4000 }),
    tookMs: fc.integer({ min: 0, max: 299 }),
    phaseMs: fc.integer({ min: 0, max: 99 }),
  });
  fc.assert(
    fc.property(
      fc.array(node, { minLength: 3, maxLength: 3 }),
      fc.integer({ min: 0, max: 2000 }),
      (outages, notBeforeMs) => {
        const entries: LedgerEntry[] = [];
        for (const [index, { backAtMs, tookMs, phaseMs }] of outages.entries()) {
          // A write is served at some instant between sending and answering; here at the last one.
          for (let at = phaseMs; at < 7000; at += 100) {
            const ok = at + tookMs >= backAtMs;
            entries.push(service(`n${index + 1}`, at, ok, ok ? tookMs : 300));
          }
        }
        for (let at = 0; at < 7000; at += 250) entries.push(cluster(at));
        entries.sort((a, b) => a.atMs - b.atMs);
        const { since, holdComplete } = feed(tracker(notBeforeMs), entries).status();
        const trueMs = Math.max(notBeforeMs, ...outages.map((one) => one.backAtMs));
        expect(holdComplete).toBe(true);
        expect(since?.lowMs).toBeLessThanOrEqual(trueMs);
        expect(since?.highMs).toBeGreaterThanOrEqual(trueMs);
        // And it is no wider than the slow grid and one answer.
        expect((since?.highMs ?? 0) - (since?.lowMs ?? 0)).toBeLessThanOrEqual(250 + 300 + 100 + 5);
      },
    ),
  );
});
