/** Check: whatever was started has been stopped (law 9). */
import { broken, inconclusive, passed, type Check } from "../check.ts";

/**
 * What is left behind is the harness's defect, not the system's: broken. Kept on request: skipped. The audit finds
 * processes and addresses through /proc: where there is none, that it found nothing says nothing.
 */
export const nothingLeftBehindCheck: Check<"nothing-left-behind"> = {
  id: "nothing-left-behind",
  title: "Nothing left behind",
  proves:
    "An audit after the end found no process, folder or address of the run; a namespace ends with its last process.",
  source: {
    address: "docs/architecture.md#the-laws-that-keep-a-verdict-true",
    fact: "Law 9: a process or folder that outlives its run meets the next one, and may be what makes that one pass or fail.",
  },
  judge: ({ all, ledger }) => {
    const { os, isolation } = ledger.header.environment;
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
    if (WITHOUT_PROC.test(os)) {
      return inconclusive(`The audit found nothing, but ${os} has no /proc in which it could see processes.`);
    }
    return passed(
      isolation === "namespaces"
        ? "No process or folder of the run was left behind; its addresses were in a namespace of its own, and a namespace ends with its last process."
        : "No process, folder or address of the run was left behind.",
    );
  },
};

/**
 * The systems whose kernel shows no processes in a /proc like Linux's. The record names the system as it names itself:
 * a Linux by its distribution, of which there is no end, so those that are not Linux are listed.
 */
const WITHOUT_PROC = /^(darwin|mac ?os|windows|sunos|aix)|bsd/i;
