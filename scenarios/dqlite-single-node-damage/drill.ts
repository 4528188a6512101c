/**
 * Three dqlite members are killed, a file of one is damaged while it is down, and all are started again. Nobody acts: what does the store itself
 * make of it? With some damage the member starts from what is left of its log, and gets the rest from the others; with some it does not start.
 */
import type { Drill } from "../../harness/drill/index.ts";
import { damagedWhileDown, type StoreDamage } from "../../harness/fault/index.ts";
import { failedAndHealthy } from "../../harness/system/index.ts";
import { DQLITE_HEALS, healsSince } from "../nobody-acts.ts";
import { NOBODY_TO_BEGIN_WITH } from "../one-member-fails.ts";

/** More than a snapshot's threshold of 1024 entries (dqlite src/server.c), and more than one segment of 8 MiB. */
const MANY = { writes: 1200, valueBytes: 10_000 } as const;

/** Long enough for the witness to look. */
const DOWN_FOR_MS = 5000;

/** The member stays away until somebody replaces it. */
const STAYS_AWAY: Drill["expected"] = {
  kind: "failed",
  findings: ["converged", "every-member-writes"],
  because: "a member that does not start from its files stays away, and the two others serve without it",
  story: "A dqlite member that does not start from a damaged file stays away",
  corrected: {
    runbook: "replace.md",
    roles: failedAndHealthy,
    detection: { kind: "not-steady" },
    controls: NOBODY_TO_BEGIN_WITH,
    // All are down for a while, and then elect: the alert is for what stays away after that.
    settings: { unavailableForMs: 20_000, detectWithinMs: 40_000 },
  },
};

interface Damaged {
  readonly damage: StoreDamage;
  /** Whether the damaged file is there only when so much was written. */
  readonly needsMany: boolean;
  /** What the member does at its start, for the sentence about what a pass proves; null: it does not start. */
  readonly does: string | null;
}

/** What a member alone does with each is in docs/inspect.md; here two others have what it lacks. */
const DAMAGED: readonly Damaged[] = [
  { damage: "open-segment-byte", needsMany: false, does: "cuts its log off there" },
  { damage: "open-segment-missing", needsMany: false, does: "goes on without it" },
  { damage: "last-closed-segment-byte", needsMany: true, does: "sets it aside with all that came later" },
  { damage: "open-segment-truncated", needsMany: false, does: null },
  { damage: "snapshot-byte", needsMany: true, does: null },
];

const drills: readonly Drill[] = DAMAGED.map(({ damage, does, needsMany }): Drill => ({
  ...DQLITE_HEALS,
  id: "dqlite-single-node-damage",
  case: damage,
  title: "three dqlite members are down, a file of one is damaged, and all are started again",
  proves:
    does === null
      ? "that the member does not start, that the two others serve on, and that a page brings a third voter back without loss"
      : `that the member ${does} and gets the rest from the others, so that nothing is lost and nobody needs to act`,
  fault: damagedWhileDown({
    target: "a-follower",
    damage,
    endsBy: "killed",
    filler: needsMany ? MANY : null,
    outlastsCopy: false,
    lasts: { forMs: DOWN_FOR_MS },
  }),
  // What is written before counts, too, and may take half of it on a machine that is busy.
  objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
  expected: does === null ? STAYS_AWAY : { kind: "passed" },
  controls: healsSince("the machines start their members again"),
}));
export default drills;
