/** Check of the control `restart-only`: starting what stopped is not enough. */
import { failed, formatHighEnd, inconclusive, passed, type Check } from "../check.ts";
import { stayedDown } from "../stayed-down.ts";

/** If a restart brings everything back without loss, a pass of the drill proves nothing of the page. */
export const restartDoesNotSufficeCheck: Check<"restart-does-not-suffice"> = {
  id: "restart-does-not-suffice",
  title: "A restart does not suffice",
  proves:
    "With everything started again that had stopped, and nothing else done, the cluster stayed down or had lost writes.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/failures/",
    fact: "etcd recovers by itself when a majority comes back with its data, so a drill in which a restart is enough says nothing about its page.",
  },
  judge: (evidence) => {
    const { account, all, recovery, timeline } = evidence;
    if (recovery.status === null) return inconclusive("No fault was injected.");
    const starts = all("process").filter((entry) => entry.event === "started" && entry.actor === "control");
    if (starts.length === 0) return inconclusive("Nothing was started: the control did not do what it is for.");
    if (timeline.steadyAgainSinceMs === null) return stayedDown(evidence);
    const took = formatHighEnd(recovery);
    if (account.lost.length > 0)
      return passed(`It converged after a restart alone, but with ${account.lost.length} acknowledged writes lost.`);
    if (!account.complete)
      return inconclusive(`It converged after a restart alone; what it lost is not known: ${took}.`);
    return failed(`It converged after a restart alone, without loss: ${took}. The page is unproven.`);
  },
};
