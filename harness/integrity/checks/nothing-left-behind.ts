/** Check: whatever was started has been stopped (law 9). */
import { broken, inconclusive, passed, type Check } from "../check.ts";

/** What is left behind is the harness's defect, not the system's: broken. Kept on request: skipped. */
export const nothingLeftBehindCheck: Check<"nothing-left-behind"> = {
  id: "nothing-left-behind",
  title: "Nothing left behind",
  proves:
    "An audit after the end found no process, folder or address of the run; a namespace ends with its last process.",
  judge: ({ all }) => {
    const audits = all("residue");
    const left = audits.flatMap((entry) => [...entry.processes, ...entry.folders, ...entry.addresses]);
    if (audits.length === 0) return inconclusive("Nobody looked for what the run left behind.");
    if (audits.some((entry) => !entry.audited)) {
      return {
        outcome: "skipped",
        summary: "The cluster was kept on request, so nothing was looked for.",
        details: left,
      };
    }
    if (left.length > 0) return broken(`${left.length} thing(s) of the run were left behind.`, left);
    return passed("No process, folder or address of the run was left behind.");
  },
};
