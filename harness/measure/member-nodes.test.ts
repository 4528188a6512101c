import { describe, expect, test } from "vitest";
import { entriesOf, healthyLedger } from "../../fixtures/ledgers/build.ts";
import { clientUrl, NODES, peerUrl } from "../../fixtures/ledgers/header.ts";
import type { ClusterProbeEntry, LedgerEntry, ListedMember, MemberView } from "../ledger/index.ts";
import { clusterFlaws } from "./cluster-flaws.ts";
import { memberNodes, type NodePlace } from "./member-nodes.ts";
import { steadyTracker, type SteadyPlan } from "./steady.ts";

/** n1 to n3 with members at the start, n4 to n6 without. */
const PLACES: readonly NodePlace[] = [...NODES, "n4", "n5", "n6"].map((node) => ({
  node,
  peerUrl: peerUrl(node),
  startsAs: NODES.includes(node) ? "member" : "spare",
}));
const GOOD = entriesOf(healthyLedger(), "cluster-probe")[0] as ClusterProbeEntry;
const [ANSWER] = GOOD.views as readonly [MemberView];
const SILENT: MemberView = {
  ...ANSWER,
  answered: false,
  reason: "connect-refused",
  clusterId: null,
  memberId: null,
  leaderId: null,
  revision: null,
  alarms: null,
  members: null,
  stateHash: null,
};

const member = (node: string): ListedMember => ({
  memberId: `1${node.slice(1)}`,
  name: node,
  peerUrls: [peerUrl(node)],
  clientUrls: [clientUrl(node)],
  isLearner: false,
});

/** A look in which these nodes answer with this list, and the others do not. */
function look(answering: readonly string[], listed: readonly ListedMember[]): ClusterProbeEntry {
  const leaderId = listed[0]?.memberId ?? null;
  const views = PLACES.map(({ node }) =>
    answering.includes(node)
      ? { ...ANSWER, node, memberId: `1${node.slice(1)}`, leaderId, members: listed }
      : { ...SILENT, node },
  );
  return { ...GOOD, views };
}
const list = (...nodes: readonly string[]): readonly ListedMember[] => nodes.map(member);
const flawsOf = (one: ClusterProbeEntry): readonly string[] =>
  clusterFlaws(one, { voters: 3, lacks: {}, nodes: memberNodes(one.views, PLACES) ?? [] });

describe("the members' nodes", () => {
  test("are those that are listed, on whatever machines", () => {
    const one = look(["n4", "n5", "n6"], list("n4", "n5", "n6"));
    expect(memberNodes(one.views, PLACES)).toEqual(["n4", "n5", "n6"]);
    expect(flawsOf(one)).toEqual([]);
  });

  test("are not known when nobody tells a list", () => {
    expect(memberNodes(look([], []).views, PLACES)).toBeNull();
  });

  test("are of all lists together, where they differ", () => {
    const [one, other] = [look(["n1"], list("n1", "n2")), look(["n4"], list("n4"))];
    const views = one.views.map((view, index) => (view.answered ? view : (other.views[index] ?? view)));
    expect(memberNodes(views, PLACES)).toEqual(["n1", "n2", "n4"]);
  });

  test("hold a member that is listed at a wrong address, when it says who it is", () => {
    const wrong = [...list("n1", "n2"), { ...member("n3"), peerUrls: ["https://127.0.0.9:1"] }];
    expect(memberNodes(look(NODES, wrong).views, PLACES)).toEqual(NODES);
  });
});

describe("who vanished does not vanish from judgement", () => {
  const cases: readonly (readonly [string, ClusterProbeEntry, RegExp])[] = [
    ["one is listed no more", look(["n1", "n2"], list("n1", "n2")), /lists 2 members, not 3/],
    ["one is listed no more and still answers", look(NODES, list("n1", "n2")), /n3 answers and is no member/],
    ["a machine that was given up still answers", look(["n1", "n4", "n5", "n6"], list("n4", "n5", "n6")), /n1 answers/],
    ["one is listed and does not answer", look(["n4", "n5"], list("n4", "n5", "n6")), /n6 does not answer/],
    [
      "one is listed at an address of nobody",
      look(["n4", "n5"], [...list("n4", "n5"), { ...member("n9"), memberId: "19" }]),
      /1 listed member\(s\) are on no node/,
    ],
  ];
  test.each(cases)("%s", (_what, one, flaw) => expect(flawsOf(one).join("\n")).toMatch(flaw));
});

describe("the steady-state rule", () => {
  const PLAN: SteadyPlan = {
    store: { lacks: {} },
    steadyState: { voters: 3 },
    holdForMs: 1000,
    serviceProbe: { periodMs: 100, timeoutMs: 300 },
    clusterProbe: { periodMs: 250, timeoutMs: 400 },
  };
  const moved = look(["n4", "n5", "n6"], list("n4", "n5", "n6"));
  /** All nodes are probed all the time; those of `serving` serve. */
  const entries = (
    fromMs: number,
    toMs: number,
    serving: readonly string[],
    seen: ClusterProbeEntry,
  ): LedgerEntry[] => {
    const all: LedgerEntry[] = [];
    for (let at = fromMs; at < toMs; at += 100)
      for (const { node } of PLACES) {
        const ok = serving.includes(node);
        all.push({
          kind: "service-probe",
          atMs: at + 2,
          node,
          sentAtMs: at,
          ok,
          reason: ok ? null : "connect-refused",
        });
      }
    for (let at = fromMs; at < toMs; at += 250) all.push({ ...seen, atMs: at + 5, sentAtMs: at });
    return all.sort((a, b) => a.atMs - b.atMs);
  };
  const statusOf = (all: readonly LedgerEntry[]): ReturnType<ReturnType<typeof steadyTracker>["status"]> => {
    const tracker = steadyTracker(PLAN, PLACES, { notBeforeMs: 0 });
    for (const entry of all) tracker.observe(entry);
    return tracker.status();
  };

  test("before anything happens, spares that do not serve are no flaw", () => {
    expect(statusOf(entries(0, 3000, NODES, look(NODES, list(...NODES)))).holdComplete).toBe(true);
  });

  test("asks the nodes of the members, also when none of them was one at the start", () => {
    const status = statusOf([...entries(0, 1000, [], look([], [])), ...entries(1000, 4000, ["n4", "n5", "n6"], moved)]);
    expect(status).toMatchObject({ holdComplete: true, since: { lowMs: 900 } });
  });

  test("a new member that takes no writes is seen", () => {
    const status = statusOf(entries(0, 3000, ["n4", "n5"], moved));
    expect(status).toMatchObject({ steady: false, holdComplete: false });
    expect(status.wrong.join("\n")).toContain("n6");
  });

  test("nobody told a list yet: those of the start must serve", () => {
    expect(statusOf(entries(0, 3000, ["n4", "n5", "n6"], look([], []))).steady).toBe(false);
  });
});
