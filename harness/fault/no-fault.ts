/** The fault of the controls that break nothing: it marks the instant at which a fault would have been injected. */
import type { Fault } from "./fault.ts";
import { faultRecord } from "./fault-record.ts";

const FAULT_ID = "none";

/** Breaks nothing, has no sign, and its witness has nothing to look for. */
export const noFault: Fault = {
  id: FAULT_ID,
  effect: "nothing is broken",
  signs: [],
  arm: async (options) => {
    const note = faultRecord(options, { fault: FAULT_ID, targets: [], chosen: "nobody", blastRadius: [] });
    note("armed");
    return Promise.resolve({
      targets: [],
      blastRadius: [],
      oldData: null,
      lasts: null,
      inject: async () => {
        note("injecting");
        note("injected");
        return Promise.resolve();
      },
      witness: { observe: async () => Promise.resolve() },
      [Symbol.asyncDispose]: async () => Promise.resolve(),
    });
  },
};
