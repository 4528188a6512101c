/** What is the same of every drill in which one of three etcd members fails, the others keep the quorum, and a page replaces it. */
import type { Drill } from "../harness/drill/index.ts";
import { etcd, failedAndHealthy } from "../harness/system/index.ts";

export const ONE_MEMBER_FAILS: Omit<Drill, "id" | "case" | "title" | "proves" | "fault" | "controls"> = {
  system: etcd({ members: 3 }),
  runbook: "runbook.md",
  preparation: null,
  roles: failedAndHealthy,
  // Nobody else's service stops: the alert is about the one member.
  detection: { kind: "not-steady" },
  recoveryPoint: {
    kind: "everything",
    description: "two members keep all their data, so nothing that was acknowledged may be lost",
  },
  // Four times what it takes on two processors that are busy with other work.
  objectives: { recoveryTimeMs: 90_000, lostWrites: 0, lostWritesReason: null },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  expected: { kind: "passed" },
};
