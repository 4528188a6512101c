/** What is the same of every drill in which one of three members fails, the others keep the quorum, and a page brings a third one back. */
import type { Drill } from "../harness/drill/index.ts";
import { etcd, failedAndHealthy } from "../harness/system/index.ts";

/** Nothing that was acknowledged may go, since a majority has it. */
export const TWO_KEEP_ALL: Drill["recoveryPoint"] = {
  kind: "everything",
  description: "two members keep all their data, so nothing that was acknowledged may be lost",
};

/** Whatever the store is. */
export const ONE_MEMBER_FAILS: Omit<
  Drill,
  "id" | "case" | "title" | "proves" | "fault" | "system" | "objectives" | "controls"
> = {
  runbook: "runbook.md",
  preparation: null,
  roles: failedAndHealthy,
  // Nobody else's service stops: the alert is about the one member.
  detection: { kind: "not-steady" },
  recoveryPoint: TWO_KEEP_ALL,
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  expected: { kind: "passed" },
};

export const ONE_ETCD_MEMBER_FAILS: typeof ONE_MEMBER_FAILS & Pick<Drill, "system" | "objectives"> = {
  ...ONE_MEMBER_FAILS,
  system: etcd({ members: 3 }),
  // Four times what it takes on two processors that are busy with other work.
  objectives: { recoveryTimeMs: 90_000, lostWrites: 0, lostWritesReason: null },
};

/** The controls where nothing can be taken for the failed member while all is well. */
export const NOBODY_TO_BEGIN_WITH: Drill["controls"] = {
  selfHealing: null,
  recoveryOnly: {
    kind: "not-applicable",
    because: "in a healthy cluster no member is the one that failed, and the page has nobody to begin with",
  },
};
