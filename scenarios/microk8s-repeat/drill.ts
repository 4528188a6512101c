/** The page for MicroK8s' store is followed, breaks off half-way, and is followed again from the top, as it says itself. */
import { allReadings, caseOfReading, type Drill } from "../../harness/drill/index.ts";
import { fallBehind } from "../../harness/fault/index.ts";
import { goodAndBehind } from "../../harness/system/index.ts";
import { MICROK8S_PAGE } from "../microk8s-page.ts";

const CHOICES = {
  /** Where the first pass breaks off. */
  off: ["copy", "unpacked", "started"],
  /** Which archive the second pass copies. */
  archive: ["first", "anew"],
} as const satisfies Drill["choices"];

const drills: readonly Drill[] = allReadings(CHOICES).map((reading): Drill => ({
  ...MICROK8S_PAGE,
  id: "microk8s-repeat",
  case: caseOfReading(reading),
  title: "a MicroK8s store is down, and the page is followed again from the top after a pass that broke off half-way",
  proves: "that a pass which broke off half-way leaves nothing behind that a second pass would stumble over",
  fault: fallBehind({ behind: "a-follower", endsBy: "killed", othersEndBy: "killed", filler: null }),
  choices: CHOICES,
  reading,
  roles: goodAndBehind("log"),
  expected: { kind: "passed" },
}));
export default drills;
