/** A MicroK8s store is down, one of its folders is behind, and an operator takes just that one for the good one. */
import { allReadings, caseOfReading, type Drill } from "../../harness/drill/index.ts";
import { fallBehind } from "../../harness/fault/index.ts";
import { goodAndBehind } from "../../harness/system/index.ts";
import { MICROK8S_PAGE } from "../microk8s-page.ts";

/** Whether the files of the folders that get the copy stay there, or go first. */
const CHOICES = { leftovers: ["stay", "emptied"] } as const satisfies Drill["choices"];

const drills: readonly Drill[] = allReadings(CHOICES).map((reading): Drill => ({
  ...MICROK8S_PAGE,
  id: "microk8s-wrong-source",
  case: caseOfReading(reading),
  title: "a MicroK8s store is down, and the node that is behind is taken for the good one",
  proves: "that nothing on the way tells an operator who copies the oldest store over the others, and what that costs",
  fault: fallBehind({ behind: "a-follower", endsBy: "killed", othersEndBy: "killed", filler: null }),
  choices: CHOICES,
  reading,
  roles: goodAndBehind("mistaken"),
  expected: {
    kind: "failed",
    findings: ["acknowledged-writes-kept", "loss-within-objective"],
    // Where a lost write had replaced an older value.
    alsoPossible: ["nothing-resurrected", "linearizable"],
    because:
      "the page has no step that would show that the source is behind: what it compares is the copy with its own original",
    story: "The page's own checks pass on the wrong store",
    corrected: { runbook: "../microk8s-stale-node/corrected.md", roles: goodAndBehind("log") },
  },
}));
export default drills;
