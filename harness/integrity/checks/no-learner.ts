/** Check: nobody is left a learner. */
import { failed, passed, type Check } from "../check.ts";
import { notHeard, quietStretches } from "./quiet-looks.ts";

/** What one member lists proves it: a page that promises voters and leaves a learner has stopped half-way. */
export const noLearnerCheck: Check<"no-learner"> = {
  id: "no-learner",
  title: "No learner left",
  proves: "Between convergence and the end of the drill no member listed a learner, and every member was asked.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/runtime-configuration/",
    fact: "A new member may join as a learner, which has no vote and serves no writes; it does not count for the quorum until somebody promotes it.",
  },
  judge: (evidence) => {
    const learners = quietStretches(evidence).flatMap(({ when, looks }) =>
      looks.flatMap((look) =>
        look.views.flatMap(({ node, members }) =>
          (members ?? [])
            .filter((member) => member.isLearner)
            .map((member) => `${when}: ${node} lists ${member.name || member.memberId} as a learner`),
        ),
      ),
    );
    if (learners.length > 0) return failed("A member was left a learner.", [...new Set(learners)]);
    return (
      notHeard(evidence, (view) => view.members !== null) ??
      passed("No member listed a learner after the recovery or after the restart.")
    );
  },
};
