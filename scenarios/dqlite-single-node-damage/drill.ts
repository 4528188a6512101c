/**
 * Three dqlite members are killed, a file of one is damaged while it is down, and all are started again. Nobody acts: what does the store
 * itself make of it?
 */
import type { Drill } from "../../harness/drill/index.ts";
import { damagedWhileDown, type StoreDamage } from "../../harness/fault/index.ts";
import { dqlite, failedAndHealthy, noRoles } from "../../harness/system/index.ts";

/** More than a snapshot's threshold of 1024 entries (dqlite src/server.c), and more than one segment of 8 MiB. */
const MANY = { writes: 1200, valueBytes: 10_000 } as const;

/** Long enough for the witness to look. */
const DOWN_FOR_MS = 5000;

/** What is done before somebody replaces the member, when it does not come back. */
const REPLACED: Drill["expected"] & { readonly kind: "failed" } = {
  kind: "failed",
  findings: ["converged", "every-member-writes"],
  because: "a member that does not start from its files stays away, and the two others serve without it",
  story: "A dqlite member with a damaged file comes back by itself, or never",
  corrected: {
    runbook: "replace.md",
    roles: failedAndHealthy,
    detection: { kind: "not-steady" },
    controls: {
      selfHealing: null,
      recoveryOnly: {
        kind: "not-applicable",
        because: "in a healthy cluster no member is the one that failed, and the page has nobody to begin with",
      },
    },
    // All are down for a while, and then elect: the alert is for what stays away after that.
    settings: { unavailableForMs: 20_000 },
  },
};

interface Damaged {
  readonly damage: StoreDamage;
  /** Whether the damaged file is there only when so much was written. */
  readonly needsMany: boolean;
  /** What the member does, for the sentence about what a pass proves; null: it does not start. */
  readonly heals: string | null;
}

/** What a member alone does with each is in docs/inspect.md; here two others have what it lacks. */
const DAMAGED: readonly Damaged[] = [
  { damage: "open-segment-byte", needsMany: false, heals: "cuts its log off there, and gets the rest from the others" },
  { damage: "open-segment-missing", needsMany: false, heals: "goes on without it, and gets the rest from the others" },
  { damage: "open-segment-truncated", needsMany: false, heals: null },
  {
    damage: "last-closed-segment-byte",
    needsMany: true,
    heals: "sets it aside with all that came later, and gets the rest from the others",
  },
  { damage: "snapshot-byte", needsMany: true, heals: null },
];

const drills: readonly Drill[] = DAMAGED.map(({ damage, heals, needsMany }): Drill => ({
  id: "dqlite-single-node-damage",
  case: damage,
  title: "three dqlite members are down, a file of one is damaged, and all are started again",
  proves:
    heals === null
      ? "that the member does not start, that the two others serve on, and that a page brings the third voter back"
      : `that the member ${heals}, so that nothing is lost and nobody needs to act`,
  system: dqlite({ members: 3 }),
  fault: damagedWhileDown({
    target: "a-follower",
    damage,
    endsBy: "killed",
    filler: needsMany ? MANY : null,
    lasts: { forMs: DOWN_FOR_MS },
  }),
  runbook: null,
  preparation: null,
  roles: noRoles,
  detection: { kind: "none", because: "nobody acts" },
  recoveryPoint: {
    kind: "everything",
    description: "two members keep all their data, so nothing that was acknowledged may be lost",
  },
  // What is written before counts, too, and may take half of it on a machine that is busy.
  objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  expected: heals === null ? REPLACED : { kind: "passed" },
  controls: {
    selfHealing: "the machines start their members again",
    recoveryOnly: { kind: "not-applicable", because: "there is no page: nobody acts" },
  },
}));
export default drills;
