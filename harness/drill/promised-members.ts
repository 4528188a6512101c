/** What is promised about the members in one course of a drill. */
import type { ControlPlan } from "../ledger/index.ts";
import type { Drill } from "./drill.ts";

/** As the drill promises, but where nothing is done to the cluster: whatever the page may change, that may not. */
export function promisedMembership(drill: Drill, control: ControlPlan): Drill["membership"] {
  return isLeftAlone(drill, control)
    ? {
        ...drill.membership,
        voters: drill.system.memberNames.length,
        clusterId: "kept",
        revisionMayGoBack: false,
        quota: "kept",
      }
    : drill.membership;
}

/** Nothing is broken, and nobody acts, or the page sees that it is not needed, and stops. */
function isLeftAlone({ controls: { recoveryOnly } }: Drill, { kind }: ControlPlan): boolean {
  if (kind === "recovery-only") return recoveryOnly.kind !== "not-applicable" && recoveryOnly.stopsAt !== null;
  return kind === "no-fault";
}
