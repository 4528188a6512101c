/** Watches in the account: what a watcher was told wrongly is found, and what nobody can know is held against nobody. */
import { describe, expect, test } from "vitest";
import {
  AT,
  changed,
  entriesOf,
  healthyLedger,
  without,
  withEntries,
  type EntryOf,
} from "../../../fixtures/ledgers/build.ts";
import { describePlanted, findingOf, wordsOf } from "../../../fixtures/ledgers/planted.ts";
import type { JudgementPlan, Ledger, WatchEvent } from "../../ledger/index.ts";
import type { Finding } from "../index.ts";

const healthy = healthyLedger();
const deliverWithinMs = 500;

const find = (ledger: Ledger): Finding => findingOf(ledger, "watches-told");
/** The ledger with other events in some entries of a watcher, its own count kept in step. */
function told(
  watcher: string,
  change: (entry: EntryOf<"watch-events">, index: number) => readonly WatchEvent[],
  ledger = healthy,
): Ledger {
  let index = 0;
  const now = changed(ledger, "watch-events", (entry) =>
    entry.watcher === watcher ? { ...entry, events: change(entry, index++) } : entry,
  );
  const events = entriesOf(now, "watch-events")
    .filter((one) => one.watcher === watcher)
    .reduce((sum, one) => sum + one.events.length, 0);
  return changed(now, "watcher-stopped", (one) => (one.watcher === watcher ? { ...one, events } : one));
}

const own = (watcher: string): readonly EntryOf<"watch-events">[] =>
  entriesOf(healthy, "watch-events").filter((one) => one.watcher === watcher);
const ofN2 = own("watcher-n2");
const reopenedN2 = entriesOf(healthy, "watch-open").findLast((one) => one.node === "n2") as EntryOf<"watch-open">;
const firstAfter = ofN2.findIndex((one) => one.attempt === reopenedN2.attempt);
/** Keeps only what `which` picks of the entries after n2's watch was opened again. */
const afterReopening = (which: (index: number) => boolean): Ledger =>
  told("watcher-n2", (entry, index) => (index < firstAfter || which(index - firstAfter) ? entry.events : []));

const eventsOfN1 = own("watcher-n1").flatMap((one) => one.events);
const putThenDeleted = eventsOfN1.find(
  (one, index) =>
    one.op === "put" && eventsOfN1.slice(index).some((later) => later.key === one.key && later.op === "delete"),
);

/** After the fault no member takes a watch any more. */
function turnedAway(node: string | null = null): Ledger {
  const first = (one: { readonly attempt: number; readonly watcher: string }): boolean =>
    one.attempt === 1 || (node !== null && one.watcher !== `watcher-${node}`);
  const refused = changed(healthy, "watch-open", (one) =>
    first(one) ? one : { ...one, opened: false, revision: null, reason: "permission denied" },
  );
  const unheard = without(
    without(refused, "watch-events", (one) => !first(one)),
    "watch-end",
    (one) => !first(one),
  );
  return changed(unheard, "watcher-stopped", (one) => ({
    ...one,
    events: entriesOf(unheard, "watch-events")
      .filter((entry) => entry.watcher === one.watcher)
      .reduce((sum, entry) => sum + entry.events.length, 0),
  }));
}

const planThatGoesBack = ({ header: { plan } }: Ledger): JudgementPlan => ({
  ...plan,
  checks: plan.checks.map((one) =>
    one.id === "watches-told" || one.id === "revision-not-back" ? { ...one, mayGoBack: true } : one,
  ),
});

test("every watcher went on without a gap, and the finding says how", () => {
  const finding = find(healthy);
  expect(finding.outcome).toBe("passed");
  expect(finding.summary).toMatch(/3 watchers were told \d{3,} changes/);
  expect(finding.summary).toMatch(
    /watcher-n1 lost its connection 2 time\(s\), was turned away 2 time\(s\) and went on/,
  );
});

describe("a planted bug: failed", () => {
  test.each<readonly [string, Ledger, RegExp]>([
    [
      "a watch that is taken after the disaster and hangs",
      afterReopening(() => false),
      /watcher-n2: .* was taken and then silent: \d+ acknowledged/,
    ],
    [
      "a watch that falls silent some time later",
      afterReopening((index) => index < 6),
      /watcher-n2: .* fell silent after revision \d+/,
    ],
    [
      "a watch that does not catch up with what happened meanwhile",
      afterReopening((index) => index > 0),
      /watcher-n2: .* has a gap/,
    ],
    [
      "one change left out, in the midst of a watch",
      told("watcher-n1", ({ events }, index) => (index === 9 ? events.slice(1) : events)),
      /watcher-n1: .* has a gap: 1 acknowledged write\(s\) were never told to it, the first is drillbook\/key/,
    ],
    [
      "one change left out before the connection broke",
      told("watcher-n3", ({ events }, index) => (index === 3 ? events.slice(0, -1) : events)),
      /watcher-n3: .* has a gap: 1 /,
    ],
    [
      "a change that comes twice",
      told("watcher-n1", ({ events }, index) => (index === 9 ? [...events, ...events.slice(-1)] : events)),
      /came twice/,
    ],
    [
      "the last change before the break comes again after it",
      told("watcher-n2", ({ events }, index) =>
        index === firstAfter ? [...(ofN2[firstAfter - 1]?.events.slice(-1) ?? []), ...events] : events,
      ),
      /watcher-n2: .* came twice/,
    ],
    [
      "changes in the wrong order",
      told("watcher-n1", ({ events }, index) => (index === 9 ? events.toReversed() : events)),
      /came after revision/,
    ],
    [
      "a change from before the wanted revision",
      told("watcher-n2", ({ events }, index) =>
        index === firstAfter ? [{ op: "put", key: "drillbook/key/old", revision: "3" }, ...events] : events,
      ),
      /at revision 3 came to a watch from revision \d+ on/,
    ],
    [
      "deletes are told where puts were acknowledged",
      told("watcher-n1", ({ events }) => events.map((one) => ({ ...one, op: "delete" }))),
      /watcher-n1: delete of .* (is a change that nobody made|was acknowledged as a put)/,
    ],
    [
      "one put of a key that is deleted later is told as its delete",
      told("watcher-n1", ({ events }) =>
        events.map((one) => (one === putThenDeleted ? { ...one, op: "delete" } : one)),
      ),
      /watcher-n1: delete of .* was acknowledged as a put/,
    ],
    [
      "a change of a key that nobody wrote",
      told("watcher-n1", ({ events }, index) =>
        index === 9
          ? [...events, { op: "delete", key: "drillbook/key/foreign", revision: events.at(-1)?.revision ?? "" }]
          : events,
      ),
      /delete of .*foreign.* is of a key that nobody wrote/,
    ],
  ])("%s", (_what, ledger, says) => {
    const finding = find(ledger);
    expect(finding.outcome).toBe("failed");
    expect(wordsOf(finding)).toMatch(says);
  });

  test("a store whose revisions went back takes a watch from a revision to come, and is silent", () => {
    // As after a restore to an older snapshot: all that is written after the page has revisions that n2's watcher has passed.
    const low = 1000n;
    const rewound = changed(healthy, "operation", (one) =>
      one.revision !== null && one.sentAtMs >= AT.runbookStarted
        ? { ...one, revision: String((BigInt(one.revision) % 100_000n) + low) }
        : one,
    );
    const silent = ["watcher-n1", "watcher-n2", "watcher-n3"].reduce(
      (ledger, watcher) => told(watcher, (entry) => (entry.atMs < AT.runbookStarted ? entry.events : []), ledger),
      rewound,
    );
    const finding = find(silent);
    expect(finding.outcome).toBe("failed");
    expect(finding.details).toHaveLength(3);
    expect(wordsOf(finding)).toMatch(
      /watcher-n3 waited for revisions to come while the store's went back: \d+ acknowledged/,
    );
    const declared = { ...silent, header: { ...silent.header, plan: planThatGoesBack(silent) } };
    const allowed = find(declared);
    expect(allowed.outcome).toBe("passed");
    expect(allowed.summary).toMatch(
      /3 watcher\(s\) that revisions which start again leave behind, as the drill declares/,
    );
  });
});

describe("told is not lost: passed", () => {
  test("a watcher whose revisions are gone is told so, and begins anew", () => {
    // What it missed between the two is what it was told that it missed.
    const missed = afterReopening((index) => index > 0);
    const open = { ...reopenedN2, attempt: reopenedN2.attempt + 1, atMs: reopenedN2.atMs + 300, fromRevision: null };
    const skipped = ofN2[firstAfter + 1]?.atMs ?? 0;
    const moved = changed(
      changed(missed, "watch-events", (one) =>
        one.watcher === "watcher-n2" && one.attempt === reopenedN2.attempt
          ? { ...one, attempt: open.attempt, events: one.atMs <= skipped ? [] : one.events }
          : one,
      ),
      "watch-end",
      (one) => (one.watcher === "watcher-n2" && one.how === "ended" ? { ...one, attempt: open.attempt } : one),
    );
    const ledger = withEntries(
      changed(moved, "watcher-stopped", (one) =>
        one.watcher === "watcher-n2"
          ? {
              ...one,
              attempts: open.attempt,
              events: entriesOf(moved, "watch-events")
                .filter((entry) => entry.watcher === "watcher-n2")
                .reduce((sum, entry) => sum + entry.events.length, 0),
            }
          : one,
      ),
      [
        {
          kind: "watch-end",
          atMs: reopenedN2.atMs + 1,
          watcher: "watcher-n2",
          attempt: reopenedN2.attempt,
          how: "cancelled",
          compactRevision: "9007199254742000",
          reason: "compacted",
        },
        { ...open, sentAtMs: open.atMs - 1 },
      ],
    );
    const finding = find(ledger);
    expect(wordsOf(finding)).toMatch(/watcher-n2 .*was told 1 time\(s\) that its revisions are gone/);
    expect(finding.outcome).toBe("passed");
  });

  test("where revisions start again, what was not told before the break is not missed by the watch that goes on", () => {
    // The last changes before the fault never came, and the watch goes on from after the last that did; the store then
    // counts anew, from a revision that lies below.
    const before = ofN2.slice(0, firstAfter).flatMap((one) => one.events);
    const cut = new Set(before.slice(-3));
    const asked = String(BigInt(before.at(-4)?.revision ?? 0) + 1n);
    const lower = (revision: string): string => String(BigInt(revision) - 60n);
    const anew = changed(healthy, "operation", (one) =>
      one.revision !== null && one.sentAtMs >= AT.runbookStarted ? { ...one, revision: lower(one.revision) } : one,
    );
    const resumed = changed(anew, "watch-open", (one) =>
      one.node === "n2" && one.attempt > 1 ? { ...one, fromRevision: asked } : one,
    );
    const cutShort = told(
      "watcher-n2",
      ({ attempt, events }) =>
        attempt === 1
          ? events.filter((one) => !cut.has(one))
          : events
              .map((one) => ({ ...one, revision: lower(one.revision) }))
              .filter((one) => BigInt(one.revision) >= BigInt(asked)),
      resumed,
    );
    const others = withoutWatcher("watcher-n1", withoutWatcher("watcher-n3", cutShort));
    expect(wordsOf(find(others))).toMatch(/has a gap/);
    const finding = find({ ...others, header: { ...others.header, plan: planThatGoesBack(others) } });
    expect(wordsOf(finding)).not.toMatch(/has a gap/);
    expect(finding.outcome).not.toBe("failed");
  });

  test("a delete after the page is owed to nobody where the put of before it may be lost: it may have found nothing", () => {
    const puts = entriesOf(healthy, "operation").filter((one) => one.op === "put" && one.outcome === "acknowledged");
    const after = puts.findLast((one) => one.sentAtMs > AT.runbookEnded && one.transaction === null);
    const ofClient = puts.filter((one) => one.client === after?.client && one !== after);
    const keys = Map.groupBy(ofClient, (one) => one.key);
    const deletes = (isBefore: boolean): Ledger => {
      const key = ofClient.findLast(
        (one) =>
          one.atMs < AT.runbookStarted === isBefore && keys.get(one.key)?.length === 1 && one.id < (after?.id ?? 0),
      )?.key;
      expect(key).toBeDefined();
      const ledger = changed(healthy, "operation", (one) =>
        one.id === after?.id ? { ...one, op: "delete", key: key ?? "", valueHash: null } : one,
      );
      return ["watcher-n1", "watcher-n2", "watcher-n3"].reduce(
        (now, watcher) => told(watcher, ({ events }) => events.filter((one) => one.revision !== after?.revision), now),
        ledger,
      );
    };
    expect(find(deletes(true)).outcome).toBe("passed");
    expect(wordsOf(find(deletes(false)))).toMatch(/has a gap: 1 acknowledged/);
  });

  test("what may be gone by design need not be told", () => {
    // n3's watch broke before the last writes were told to it, and the recovery point lies before those.
    const last = own("watcher-n3")
      .findLast((one) => one.atMs < AT.injecting)
      ?.events.at(-1);
    const lost = changed(healthy, "recovery-point", (one) => ({
      ...one,
      revision: String(BigInt(last?.revision ?? 0) - 1n),
    }));
    const n3 = entriesOf(healthy, "watch-open").findLast((one) => one.node === "n3")?.attempt;
    const ledger = changed(
      told("watcher-n3", ({ events }) => events.filter((one) => one !== last), lost),
      "watch-open",
      (one) => (one.node === "n3" && one.attempt === n3 ? { ...one, fromRevision: last?.revision ?? null } : one),
    );
    expect(find(ledger).outcome).toBe("passed");
    const promised = changed(ledger, "recovery-point", (one) => ({ ...one, revision: last?.revision ?? null }));
    expect(find(promised).outcome).toBe("failed");
  });
});

test("who watched at a machine that has no member any more need not be open in the end; the others must", () => {
  const gone = (ledger: Ledger, node: string): Ledger =>
    changed(ledger, "cluster-probe", (look) => ({
      ...look,
      views: look.views.map((view) => ({
        ...view,
        members: view.members?.filter(({ name }) => name !== node) ?? null,
        memberId: view.node === node ? null : view.memberId,
      })),
    }));
  const refusedAtN1 = turnedAway("n1");
  expect(find(refusedAtN1)).toMatchObject({ outcome: "inconclusive" });
  expect(find(gone(refusedAtN1, "n1")).outcome).toBe("passed");
  expect(find(gone(refusedAtN1, "n2"))).toMatchObject({ outcome: "inconclusive" });
});

describe("what is not known accuses nobody: inconclusive", () => {
  const lagging = (ledger: Ledger): Ledger =>
    changed(ledger, "loop-lag", (one) => ({ ...one, maxLagMs: deliverWithinMs }));

  test.each<readonly [string, Ledger, RegExp]>([
    ["no watch is taken after the fault", turnedAway(), /watcher-n1 was turned away whenever it asked after the page/],
    ["a member was not watched", withoutWatcher("watcher-n2"), /n2 was not watched/],
    ["silence, while the harness did not listen", lagging(afterReopening(() => false)), /event loop lagged/],
    [
      "silence, and nobody knows whether the harness listened",
      without(
        afterReopening(() => false),
        "loop-lag",
      ),
      /not watched/,
    ],
    [
      "a watcher was opened only after the fault",
      changed(healthy, "watch-open", (one) =>
        one.attempt === 1 ? { ...one, opened: false, revision: null, reason: "deadline" } : one,
      ),
      /belong to no watch/,
    ],
    [
      "the record of a watcher has no end",
      without(healthy, "watcher-stopped", (one) => one.watcher === "watcher-n1"),
      /not stopped in order/,
    ],
    [
      "the record ends before the watches do",
      without(
        without(
          afterReopening((index) => index < 6),
          "watcher-stopped",
        ),
        "watch-end",
        (one) => one.how === "ended",
      ),
      /not stopped in order/,
    ],
  ])("%s", (_what, ledger, says) => {
    const finding = find(ledger);
    expect(["inconclusive", "broken"]).toContain(finding.outcome);
    expect(wordsOf(finding)).toMatch(says);
  });

  test("a watcher that was never open before the fault", () => {
    const late = without(
      without(healthy, "watch-events", (one) => one.attempt === 1),
      "watch-end",
      (one) => one.attempt === 1,
    );
    const finding = find(
      changed(
        changed(late, "watch-open", (one) =>
          one.attempt === 1 ? { ...one, opened: false, revision: null, reason: "deadline" } : one,
        ),
        "watcher-stopped",
        (one) => ({
          ...one,
          events: entriesOf(late, "watch-events")
            .filter((entry) => entry.watcher === one.watcher)
            .reduce((sum, entry) => sum + entry.events.length, 0),
        }),
      ),
    );
    expect(finding.outcome).toBe("inconclusive");
    expect(wordsOf(finding)).toMatch(/watcher-n2 was not open before the fault/);
  });

  test.each(["watch-open", "watch-events", "watch-end"] as const)("any one entry of %s is missing", (kind) => {
    const count = entriesOf(healthy, kind).length;
    for (let index = 0; index < count; index += Math.ceil(count / 12)) {
      let at = 0;
      const outcome = find(without(healthy, kind, () => at++ === index)).outcome;
      expect(["broken", "inconclusive"]).toContain(outcome);
    }
  });

  test("an acknowledged write turned into an unknown one accuses no watcher", () => {
    const writes = entriesOf(healthy, "operation").filter((one) => one.op !== "get" && one.outcome === "acknowledged");
    for (const write of writes.filter((_one, index) => index % 25 === 0)) {
      const ledger = changed(healthy, "operation", (one) =>
        one.id === write.id ? { ...one, outcome: "unknown", revision: null, reason: "deadline" } : one,
      );
      expect(find(ledger).outcome).not.toBe("failed");
    }
  });
});

test("a system without watches: skipped, with the reason", () => {
  const none = without(
    without(without(without(healthy, "watch-open"), "watch-events"), "watch-end"),
    "watcher-stopped",
  );
  const reason = "the system under recovery has no watches";
  const finding = find(withEntries(none, [{ kind: "absent", atMs: AT.workload, what: "watches", reason }]));
  expect(finding).toMatchObject({ outcome: "skipped", summary: `There are no watches: ${reason}.` });
});

function withoutWatcher(watcher: string, ledger = healthy): Ledger {
  const of = (one: { readonly watcher: string }): boolean => one.watcher === watcher;
  return without(
    without(without(without(ledger, "watch-open", of), "watch-events", of), "watch-end", of),
    "watcher-stopped",
    of,
  );
}

test("a watch that was taken just before we ended it owes nothing yet", () => {
  // As when a run is ended while a member that has just joined is still sending what was made meanwhile.
  const late = changed(
    afterReopening(() => false),
    "watch-open",
    (open) => {
      const end = entriesOf(healthy, "watch-end").findLast((one) => one.watcher === open.watcher);
      return open === reopenedN2 && end !== undefined ? { ...open, atMs: end.atMs - 400 } : open;
    },
  );
  expect(find(late).outcome).not.toBe("failed");
});

/** The healthy ledger with a watch of n1 that leaves out one change, its own count kept in step. */
const untold = changed(
  changed(healthy, "watch-events", (one, index) => (index === 20 ? { ...one, events: one.events.slice(1) } : one)),
  "watcher-stopped",
  (one) => (one.watcher === entriesOf(healthy, "watch-events")[20]?.watcher ? { ...one, events: one.events - 1 } : one),
);

describePlanted([
  ["watches-told", "a change is left out", untold, "failed", /has a gap: 1 acknowledged/],
  [
    "watches-told",
    "an entry of a watcher is missing",
    without(healthy, "watch-events", (one) => one === entriesOf(healthy, "watch-events")[20]),
    "broken",
    /it saw \d+ events, and \d+ are on record/,
  ],
]);
