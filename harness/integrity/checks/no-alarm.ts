/** Check: the recovered cluster has no alarm. */
import { failed, passed, type Check } from "../check.ts";
import { notHeard, quietStretches } from "./quiet-looks.ts";

/**
 * One that was seen once, after steady state had returned, is a violation: an alarm stands until somebody disarms it.
 * What a member only complains of, such as having no leader for a moment, is none.
 */
export const noAlarmCheck: Check<"no-alarm"> = {
  id: "no-alarm",
  title: "No alarm",
  proves: "Between convergence and the end of the drill no member told of an alarm, and every member was asked.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/maintenance/",
    fact: "An alarm such as NOSPACE is raised for the whole cluster, which then takes reads and deletes only, until somebody disarms it.",
  },
  judge: (evidence) => {
    const alarms = quietStretches(evidence).flatMap(({ when, looks }) =>
      looks.flatMap((look) =>
        look.views.flatMap(({ node, alarms: told }) =>
          (told ?? []).filter((one) => ALARM.test(one)).map((one) => `${when}: ${node} tells of ${one}`),
        ),
      ),
    );
    if (alarms.length > 0) return failed("The recovered cluster has an alarm.", [...new Set(alarms)]);
    return (
      notHeard(evidence, (view) => view.alarms !== null) ??
      passed("No member told of an alarm after the recovery or after the restart.")
    );
  },
};

/** The names of alarms are words in capitals; an error's text, e.g. `etcdserver: no leader`, is none. */
const ALARM = /^[A-Z][A-Z_]*$/;
