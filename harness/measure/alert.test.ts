import { describe, expect, test } from "vitest";
import { entriesOf, healthyLedger } from "../../fixtures/ledgers/build.ts";
import { peerUrl } from "../../fixtures/ledgers/header.ts";
import type { ClusterProbeEntry, DetectionPlan, LedgerEntry } from "../ledger/index.ts";
import { alertRule } from "./alert.ts";

const NODES = ["n1", "n2", "n3"];
const PLACES = NODES.map((node) => ({ node, peerUrl: peerUrl(node), startsAs: "member" as const }));
const GOOD = entriesOf(healthyLedger(), "cluster-probe")[0] as ClusterProbeEntry;

const service = (node: string, sentAtMs: number, ok: boolean | null): LedgerEntry => ({
  kind: "service-probe",
  atMs: sentAtMs + (ok === true ? 2 : 300),
  node,
  sentAtMs,
  ok,
  reason: ok === true ? null : "deadline",
});

/** All probes of the grids in [0, toMs), as they are answered. */
function probes(toMs: number, ok: (node: string, atMs: number) => boolean | null): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (let at = 0; at < toMs; at += 100) for (const node of NODES) entries.push(service(node, at, ok(node, at)));
  for (let at = 0; at < toMs; at += 250) entries.push({ ...GOOD, atMs: at + 5, sentAtMs: at });
  return entries.sort((a, b) => a.atMs - b.atMs);
}

function firedAt(detection: DetectionPlan, entries: readonly LedgerEntry[]): number | null {
  const plan = {
    store: { lacks: {} },
    steadyState: { voters: 3 },
    holdForMs: 1000,
    serviceProbe: { periodMs: 100, timeoutMs: 300 },
    clusterProbe: { periodMs: 250, timeoutMs: 400 },
    detection,
  };
  const rule = alertRule(plan, PLACES, { notBeforeMs: 0 });
  for (const entry of entries) rule.observe(entry);
  return rule.firedAtMs();
}

const OUTAGE: DetectionPlan = { kind: "no-member-serves", unavailableForMs: 1000 };
const UNSTEADY: DetectionPlan = { kind: "not-steady", unavailableForMs: 1000 };

describe("no-member-serves", () => {
  test("fires once nobody has served for the time, and not while one member does", () => {
    expect(
      firedAt(
        OUTAGE,
        probes(3000, (_, at) => at < 500),
      ),
    ).toBe(1500);
    expect(
      firedAt(
        OUTAGE,
        probes(3000, (node, at) => at < 500 || node === "n3"),
      ),
    ).toBeNull();
  });

  test("a probe of which nobody knows is no sign", () => {
    expect(
      firedAt(
        OUTAGE,
        probes(3000, () => null),
      ),
    ).toBeNull();
  });
});

describe("not-steady", () => {
  test("fires for one member alone, counted from when its first failure was heard", () => {
    expect(
      firedAt(
        UNSTEADY,
        probes(3000, (node, at) => node !== "n2" || at < 500),
      ),
    ).toBe(1800);
  });

  test("does not fire for failures between which all was well", () => {
    expect(
      firedAt(
        UNSTEADY,
        probes(5000, (node, at) => node !== "n2" || at % 1000 < 300),
      ),
    ).toBeNull();
  });

  test("fires when one member falters while the other does not serve again yet", () => {
    const ok = (node: string, at: number): boolean =>
      node === "n2" ? at < 500 || at > 1200 : node === "n3" ? at < 1000 : true;
    expect(firedAt(UNSTEADY, probes(3000, ok))).toBe(1800);
  });

  test("silence and probes of which nobody knows raise no alert", () => {
    const told = probes(3000, (node, at) => (node === "n2" && at >= 500 ? null : true));
    expect(firedAt(UNSTEADY, told)).toBeNull();
    const silent = told.filter((entry) => !(entry.kind === "service-probe" && entry.ok === null));
    expect(firedAt(UNSTEADY, silent)).toBeNull();
  });

  test("fires for what a look at the cluster shows, such as an alarm", () => {
    const entries = probes(3000, () => true).map((entry) =>
      entry.kind === "cluster-probe" && entry.sentAtMs >= 500
        ? { ...entry, views: entry.views.map((view) => ({ ...view, alarms: ["NOSPACE"] })) }
        : entry,
    );
    expect(firedAt(UNSTEADY, entries)).toBe(1505);
  });
});

test("nobody is alerted where nobody is to be", () => {
  expect(
    firedAt(
      { kind: "none", because: "maintenance" },
      probes(3000, () => false),
    ),
  ).toBeNull();
});
