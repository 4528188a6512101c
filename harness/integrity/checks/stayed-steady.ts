/** Check of the control `no-fault`: where nothing is broken, nothing breaks. */
import { failed, inconclusive, passed, type Check } from "../check.ts";

/** A cluster that falters with nothing done to it is shaken by the harness or the machine: then a drill proves nothing. */
export const stayedSteadyCheck: Check<"stayed-steady"> = {
  id: "stayed-steady",
  title: "Stayed steady",
  proves: "With no fault injected every probe was good, and no alert was raised, for as long as it was watched.",
  source: {
    address: "https://principlesofchaos.org/",
    fact: "An experiment compares with a control group: what falters without any fault cannot be put down to one.",
  },
  judge: ({ recovery, timeline }) => {
    const { status, wrongAtEnd } = recovery;
    if (status === null || wrongAtEnd === null) return inconclusive("The control did not come to its beginning.");
    if (timeline.detectedAtMs !== null) return failed("An alert was raised although nothing was broken.");
    if (status.sawBad || status.relapses > 0)
      return failed("The cluster did not stay steady although nothing was broken.", wrongAtEnd.late);
    if (!recovery.waitEnded || !status.holdComplete)
      return inconclusive("It was not watched for a whole hold.", status.wrong);
    return passed("Nothing was broken, every probe was good, and no alert was raised.");
  },
};
