/** What is the same of every drill of three members in which nobody acts, since what the fault did ends by itself. */
import type { Drill } from "../harness/drill/index.ts";
import { dqlite, noRoles } from "../harness/system/index.ts";
import { TWO_KEEP_ALL } from "./one-member-fails.ts";

/** Whatever the store is. */
export const NOBODY_ACTS: Pick<Drill, "runbook" | "preparation" | "roles" | "detection" | "membership" | "expected"> = {
  runbook: null,
  preparation: null,
  roles: noRoles,
  detection: { kind: "none", because: "nobody acts" },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  expected: { kind: "passed" },
};

/** dqlite, of which two members have all. */
export const DQLITE_HEALS: typeof NOBODY_ACTS & Pick<Drill, "system" | "recoveryPoint"> = {
  ...NOBODY_ACTS,
  system: dqlite({ members: 3 }),
  recoveryPoint: TWO_KEEP_ALL,
};

/** The controls of such a drill, by why it heals. */
export function healsSince(selfHealing: string): Drill["controls"] {
  return {
    selfHealing,
    recoveryOnly: { kind: "not-applicable", because: "there is no page: nobody acts" },
  };
}
