/**
 * Three dqlite members are killed, a file of one is damaged while it is down, and all are started again. Nobody acts: the member starts from what is
 * left of its log, and gets the rest from the others. With which damage it does not start at all is in docs/inspect.md.
 */
import type { Drill } from "../../harness/drill/index.ts";
import { damagedWhileDown, type StoreDamage } from "../../harness/fault/index.ts";
import { dqlite, noRoles } from "../../harness/system/index.ts";

/** More than a snapshot's threshold of 1024 entries (dqlite src/server.c), and more than one segment of 8 MiB. */
const MANY = { writes: 1200, valueBytes: 10_000 } as const;

/** Long enough for the witness to look. */
const DOWN_FOR_MS = 5000;

interface Damaged {
  readonly damage: StoreDamage;
  /** Whether the damaged file is there only when so much was written. */
  readonly needsMany: boolean;
  /** What the member does at its start, for the sentence about what a pass proves. */
  readonly does: string;
}

const DAMAGED: readonly Damaged[] = [
  { damage: "open-segment-byte", needsMany: false, does: "cuts its log off there" },
  { damage: "open-segment-missing", needsMany: false, does: "goes on without it" },
  { damage: "last-closed-segment-byte", needsMany: true, does: "sets it aside with all that came later" },
];

const drills: readonly Drill[] = DAMAGED.map(({ damage, does, needsMany }): Drill => ({
  id: "dqlite-single-node-damage",
  case: damage,
  title: "three dqlite members are down, a file of one is damaged, and all are started again",
  proves: `that the member ${does} and gets the rest from the others, so that nothing is lost and nobody needs to act`,
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
  expected: { kind: "passed" },
  controls: {
    selfHealing: "the machines start their members again",
    recoveryOnly: { kind: "not-applicable", because: "there is no page: nobody acts" },
  },
}));
export default drills;
