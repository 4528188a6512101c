/** What the page promises of the members and of the revisions of the store. */
import { AT, changed, cutAt, entriesOf, healthyLedger, without, withPlan } from "../../../fixtures/ledgers/build.ts";
import { describePlanted, type Planted } from "../../../fixtures/ledgers/planted.ts";
import { seenLater } from "../../../fixtures/ledgers/probed.ts";
import type { OperationEntry } from "../../ledger/index.ts";

const healthy = healthyLedger();

const acknowledged = entriesOf(healthy, "operation").filter(
  (one) => one.op !== "get" && one.outcome === "acknowledged",
);

const highestBefore = acknowledged
  .filter((one) => one.atMs < AT.runbookStarted)
  .map((one) => BigInt(one.revision ?? 0))
  .reduce((a, b) => (b > a ? b : a))
  .toString();

const firstWriteAfterPage = acknowledged.find((one) => one.sentAtMs >= AT.runbookStarted) as OperationEntry;

const planted: readonly Planted[] = [
  [
    "membership-as-promised",
    "no node is on record",
    without(healthy, "node"),
    "inconclusive",
    /Not every node is on record/,
  ],
  [
    "membership-as-promised",
    "one node is not on record",
    without(healthy, "node", (one) => one.node === "n3"),
    "inconclusive",
    /Not every node is on record/,
  ],
  [
    "membership-as-promised",
    "a member too few",
    seenLater(healthy, (view) => ({ ...view, members: view.members?.slice(0, 2) ?? null })),
    "failed",
    /lists 2 voters, not 3/,
  ],
  [
    "membership-as-promised",
    "one line shows three addresses",
    seenLater(healthy, (view) => ({
      ...view,
      members:
        view.members?.map((one, index) =>
          index === 0 ? { ...one, peerUrls: ["https://127.0.50.1:2380", "https://127.0.50.2:2380"] } : one,
        ) ?? null,
    })),
    "failed",
    /peer address of no node/,
  ],
  [
    "membership-as-promised",
    "two members at one address",
    seenLater(healthy, (view) => ({
      ...view,
      members: view.members?.map((one) => ({ ...one, peerUrls: ["https://127.0.50.1:2380"] })) ?? null,
    })),
    "failed",
    /two members at/,
  ],
  [
    "membership-as-promised",
    "one does not answer",
    seenLater(healthy, (view) =>
      view.node === "n3" ? { ...view, answered: false, members: null, clusterId: null } : view,
    ),
    "inconclusive",
    /from n3/,
  ],
  [
    "membership-as-promised",
    "the page is still being followed",
    cutAt(healthy, 17_100),
    "inconclusive",
    /before the recovery was decided/,
  ],
  [
    "revision-not-back",
    "the revision starts again",
    changed(
      changed(healthy, "operation", (one) =>
        one.sentAtMs > AT.runbookStarted && one.revision !== null && one.op !== "get"
          ? { ...one, revision: String(one.id) }
          : one,
      ),
      "fence",
      (one) => ({ ...one, revision: "999" }),
    ),
    "failed",
    /went back/,
  ],
  [
    "revision-not-back",
    "the fence is below what was acknowledged",
    changed(healthy, "fence", (one) => ({ ...one, revision: "5" })),
    "failed",
    /fence/,
  ],
  [
    "revision-not-back",
    "an absent key is deleted first of all, which changes nothing and so leaves the revision as it was",
    changed(healthy, "operation", (one) =>
      one.id === firstWriteAfterPage.id ? { ...one, op: "delete", valueHash: null, revision: highestBefore } : one,
    ),
    "passed",
    /follow/,
  ],
  [
    "revision-not-back",
    "a delete is told a revision from before",
    changed(healthy, "operation", (one) =>
      one.id === firstWriteAfterPage.id
        ? { ...one, op: "delete", valueHash: null, revision: String(BigInt(highestBefore) - 1n) }
        : one,
    ),
    "failed",
    /went back/,
  ],
  [
    "revision-not-back",
    "the revision goes back as declared",
    withPlan(
      changed(
        changed(healthy, "operation", (one) =>
          one.op === "get" || one.revision === null || one.sentAtMs < AT.runbookStarted
            ? one
            : { ...one, revision: String(BigInt(one.revision) - 9_007_199_254_740_000n) },
        ),
        "fence",
        (one) => ({ ...one, revision: String(BigInt(one.revision ?? 0) - 9_007_199_254_740_000n) }),
      ),
      { checks: [{ id: "revision-not-back", mayGoBack: true }] },
    ),
    "passed",
    /as the drill declares/,
  ],
];

describePlanted(planted);
