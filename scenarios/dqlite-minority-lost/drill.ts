/** A follower of three dqlite members is gone for a while and comes back with its data. Nobody acts. */
import type { Drill } from "../../harness/drill/index.ts";
import { kill } from "../../harness/fault/index.ts";
import { dqlite, noRoles } from "../../harness/system/index.ts";

/** Long enough for some hundred writes that it misses. */
const AWAY_FOR_MS = 8000;

const drill: Drill = {
  id: "dqlite-minority-lost",
  case: null,
  title: "a follower of three dqlite members is killed and started again",
  proves:
    "that dqlite serves on through the members that are left, and that the one that comes back gets what it missed",
  system: dqlite({ members: 3 }),
  fault: kill({ targets: "a-follower", lasts: { forMs: AWAY_FOR_MS } }),
  runbook: null,
  preparation: null,
  roles: noRoles,
  detection: { kind: "none", because: "nobody acts" },
  recoveryPoint: {
    kind: "everything",
    description: "two members keep all their data, so nothing that was acknowledged may be lost",
  },
  // The time away, and four times what the start of a member was seen to take.
  objectives: { recoveryTimeMs: 30_000, lostWrites: 0, lostWritesReason: null },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  expected: { kind: "passed" },
  controls: {
    selfHealing: "the machine starts its member again",
    recoveryOnly: { kind: "not-applicable", because: "there is no page: nobody acts" },
  },
};
export default drill;
