/** The old data of a lost member: what proves that it came back, that it was refused, and what proves neither. */
import { expect, test } from "vitest";
import { changed, entriesOf, healthyLedger, without, withEntries } from "../../../fixtures/ledgers/build.ts";
import { comingBackLedger, DARK, fencedLedger, risenLedger } from "../../../fixtures/ledgers/coming-back.ts";
import type { Ledger, MemberView, OldDataAttempt, OldDataEntry } from "../../ledger/index.ts";
import { judge } from "../index.ts";

const healthy = healthyLedger();

const seen = (node: string, change: (view: MemberView) => MemberView): Ledger =>
  changed(healthy, "old-data-look", (look) => ({
    ...look,
    views: look.views.map((view) => (view.node === node ? change(view) : view)),
  }));
const attempts = (ledger: Ledger, change: Partial<OldDataAttempt>): Ledger =>
  changed(ledger, "old-data-look", (look) => ({
    ...look,
    through: look.through.map((one) => ({ ...one, ...change })),
  }));
const ended = (change: Partial<OldDataEntry>, ledger = healthy): Ledger =>
  changed(ledger, "old-data", (one) => (one.event === "ended" ? { ...one, ...change } : one));
const answering = seen("n2", (view) => ({ ...view, answered: true, reason: null, memberId: "12" }));

const unknownWrite = (ledger: Ledger): Ledger => attempts(ledger, { write: "unknown", writeReason: "deadline" });
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
  ["it takes writes", attempts(healthy, { write: "acknowledged", writeReason: null }), "failed", /a write through n2/],
  [
    "it answers reads",
    attempts(healthy, { read: "acknowledged", readReason: null }),
    "failed",
    /a read through n2 was answered/,
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
])("%s", expectFinding);

const comingBack = comingBackLedger();
const fenced = fencedLedger();
const [survivorOfBoth] = DARK;
const endedOn = (node: string | undefined, change: Partial<OldDataEntry>, ledger: Ledger): Ledger =>
  changed(ledger, "old-data", (one) =>
    one.event === "ended" && (node === undefined || one.node === node) ? { ...one, ...change } : one,
  );
const inUse = (node: string): Ledger =>
  changed(fenced, "old-data", (one) => (one.node === DARK[0] ? { ...one, node, event: "in-use" } : one));

test.each<readonly [string, Ledger, string, RegExp]>([
  ["both are refused", comingBack, "passed", /data of n4 was refused.*data of n5 was refused/],
  [
    "both lead themselves and serve",
    risenLedger(),
    "failed",
    /write through n4.*n5 is the member 15 of a cluster of its own/,
  ],
  [
    "both know a leader, and answer nothing else",
    attempts(risenLedger(), { write: "unknown", writeReason: "deadline", read: "unknown", readReason: "deadline" }),
    "failed",
    /a cluster of its own/,
  ],
  ["both are fenced", fenced, "passed", /n4 there was nothing to start: it is fenced.*n5 there was nothing/],
  [
    "both are fenced, and something answers there",
    attempts(fenced, { read: "acknowledged" }),
    "failed",
    /read through n4/,
  ],
  ["both are fenced, and nobody looked", without(fenced, "old-data-look"), "inconclusive", /other member was heard/],
  [
    "one was refused and runs on alone",
    endedOn(survivorOfBoth, { stillRuns: true }, comingBack),
    "passed",
    /n4 was refused/,
  ],
  [
    "both were refused by somebody and run on",
    endedOn(undefined, { stillRuns: true }, comingBack),
    "inconclusive",
    /n4 was refused by one member, and runs on beside others/,
  ],
  [
    "one ended without a word",
    endedOn("n5", { refusals: [] }, comingBack),
    "inconclusive",
    /n5 .* tells of no refusal/,
  ],
  [
    "the trial of one was cut short",
    without(comingBack, "old-data", ({ event, node }) => event === "ended" && node === "n5"),
    "inconclusive",
    /to its end/,
  ],
  [
    "one could not be started",
    endedOn("n5", { event: "failed", detail: "no room" }, comingBack),
    "inconclusive",
    /n5: no room/,
  ],
  [
    "one was started before, and not now",
    changed(comingBack, "process", (one) => (one.node === "n5" ? { ...one, atMs: 10 } : one)),
    "inconclusive",
    /not on record that a process/,
  ],
  ["one was taken into use by the page", inUse("n3"), "passed", /n3 was in use again/],
  ["on one a process runs that is no member's", inUse("n4"), "inconclusive", /no listed member's/],
])("of several machines that come back: %s", expectFinding);

function expectFinding(_what: string, ledger: Ledger, outcome: string, says: RegExp): void {
  const finding = judge(ledger).findings.find((one) => one.checkId === "old-data-cannot-rejoin");
  expect([finding?.outcome, [finding?.summary, ...(finding?.details ?? [])].join(" ")]).toEqual([
    outcome,
    expect.stringMatching(says),
  ]);
}
