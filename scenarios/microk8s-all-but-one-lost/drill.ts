/**
 * Two of three MicroK8s machines are gone for good, and new ones stand at their addresses. The page wants one node with good data and says
 * that it suffices; whether it does hangs on files that the page leaves out of its archive.
 */
import { allReadings, caseOfReading, type Drill } from "../../harness/drill/index.ts";
import { loseMachines } from "../../harness/fault/index.ts";
import { goodAndNew, nodesByName } from "../../harness/system/index.ts";
import { MICROK8S_PAGE } from "../microk8s-page.ts";

const CHOICES = {
  /** What a new machine gets: the copy of the good store alone, or beside it the old machine's own files, which were kept elsewhere. */
  files: ["copied", "kept"],
} as const satisfies Drill["choices"];

const FAILS: Drill["expected"] = {
  kind: "failed",
  findings: ["every-step-ran", "converged", "every-member-writes"],
  stopsAt: ["start-1"],
  because: "a new machine is another member, the copied log knows only the old ones, and so nobody has a quorum",
  story: "An archive of the store makes no member of a new machine",
  corrected: { runbook: "corrected.md" },
};

const drills: readonly Drill[] = allReadings(CHOICES).map((reading): Drill => {
  const isKept = reading["files"] === "kept";
  return {
    ...MICROK8S_PAGE,
    id: "microk8s-all-but-one-lost",
    case: caseOfReading(reading),
    title: "two of three MicroK8s machines are gone for good, and new ones stand at their addresses",
    proves:
      "that the page makes a cluster of three again from the one node that is left, with every acknowledged write",
    // It has all that was acknowledged: a leader has it before anybody.
    fault: loseMachines({ targets: "followers" }),
    choices: CHOICES,
    reading,
    preparation: isKept ? nodesByName : null,
    roles: goodAndNew,
    recoveryPoint: {
      kind: "everything",
      description: "the node that is left led the cluster, and had all that was acknowledged",
    },
    expected: isKept ? { kind: "passed" } : FAILS,
  };
});
export default drills;
