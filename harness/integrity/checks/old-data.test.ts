/** The old data of a lost member: what proves that it came back, that it was refused, and what proves neither. */
import { expect, test } from "vitest";
import { changed, entriesOf, healthyLedger, without, withEntries } from "../../../fixtures/ledgers/build.ts";
import type { Ledger, MemberView, OldDataEntry } from "../../ledger/index.ts";
import { judge } from "../index.ts";

const healthy = healthyLedger();

const seen = (node: string, change: (view: MemberView) => MemberView): Ledger =>
  changed(healthy, "old-data-look", (look) => ({
    ...look,
    views: look.views.map((view) => (view.node === node ? change(view) : view)),
  }));
const ended = (change: Partial<OldDataEntry>, ledger = healthy): Ledger =>
  changed(ledger, "old-data", (one) => (one.event === "ended" ? { ...one, ...change } : one));
const answering = seen("n2", (view) => ({ ...view, answered: true, reason: null, memberId: "12" }));

const unknownWrite = (ledger: Ledger): Ledger =>
  changed(ledger, "old-data-look", (one) => ({ ...one, write: "unknown", writeReason: "deadline" }));
/** Its own view as that of the recovered member whose place it took. */
const asListed = (change: Partial<MemberView>): Ledger =>
  changed(healthy, "old-data-look", (look) => ({
    ...look,
    views: look.views.map((view) =>
      view.node === "n2"
        ? { ...(look.views.find((one) => one.node === "n1") ?? view), node: "n2", memberId: "22", ...change }
        : view,
    ),
  }));
const rejoined = asListed({});
const leaderless = asListed({ leaderId: null });
const [onlyLook] = entriesOf(healthy, "old-data-look");
const silencedInTheEnd =
  onlyLook === undefined
    ? healthy
    : withEntries(healthy, [
        {
          ...onlyLook,
          atMs: onlyLook.atMs + 1,
          sentAtMs: onlyLook.sentAtMs + 1,
          views: onlyLook.views.map((view) => ({ ...view, answered: false, members: null, clusterId: null })),
        },
      ]);

test.each<readonly [string, Ledger, string, RegExp]>([
  ["it was refused", healthy, "passed", /it says so itself/],
  [
    "it ran, and its write was refused",
    ended({ refusals: [], stillRuns: true }, answering),
    "passed",
    /refused a write/,
  ],
  [
    "it ran, and nobody knows of its write",
    ended({ refusals: [], stillRuns: true }, unknownWrite(answering)),
    "inconclusive",
    /not known whether they would have refused it/,
  ],
  [
    "it is a member again: listed, of the same cluster, with a leader",
    ended({ refusals: [], stillRuns: true }, unknownWrite(rejoined)),
    "failed",
    /n2 is the listed member 22 .* with a leader/,
  ],
  ["it says that it is a listed member and knows of no leader", unknownWrite(leaderless), "passed", /says so itself/],
  ["the others no longer answer in the end", silencedInTheEnd, "inconclusive", /other member was heard/],
  [
    "it takes writes",
    changed(healthy, "old-data-look", (one) => ({ ...one, write: "acknowledged" })),
    "failed",
    /a write through n2/,
  ],
  [
    "another member lists it again",
    seen("n1", (view) => ({
      ...view,
      members: view.members?.map((one) => (one.name === "n2" ? { ...one, memberId: "12" } : one)) ?? null,
    })),
    "failed",
    /n1 listed 11, 22, 23 and lists 11, 12, 23/,
  ],
  ["another member's revision goes back", seen("n3", (view) => ({ ...view, revision: "7" })), "failed", /n3 went back/],
  ["another member is in another cluster", seen("n3", (view) => ({ ...view, clusterId: "5" })), "failed", /is in 5/],
  ["it ended for a reason that nobody knows", ended({ refusals: [] }), "inconclusive", /tells of no refusal/],
  [
    "nobody heard of the others",
    seen("n1", (view) => ({ ...view, members: null })),
    "inconclusive",
    /other member was heard/,
  ],
  ["no look", without(healthy, "old-data-look"), "inconclusive", /other member was heard/],
  [
    "no process was started",
    without(healthy, "process", (one) => one.process === "old-etcd"),
    "inconclusive",
    /not on record that a process/,
  ],
  ["it was not tried", without(healthy, "old-data"), "inconclusive", /Nobody tried/],
  [
    "the trial was cut short",
    without(healthy, "old-data", (one) => one.event === "ended"),
    "inconclusive",
    /to its end/,
  ],
  [
    "it could not be started",
    changed(healthy, "old-data", (one) => ({ ...one, event: "failed", detail: "no room" })),
    "inconclusive",
    /no room/,
  ],
  [
    "there was none",
    changed(healthy, "old-data", (one) => ({ ...one, event: "none", detail: "nothing was lost" })),
    "skipped",
    /nothing was lost/,
  ],
])("%s", (_what, ledger, outcome, says) => {
  const finding = judge(ledger).findings.find((one) => one.checkId === "old-data-cannot-rejoin");
  expect([finding?.outcome, [finding?.summary, ...(finding?.details ?? [])].join(" ")]).toEqual([
    outcome,
    expect.stringMatching(says),
  ]);
});
