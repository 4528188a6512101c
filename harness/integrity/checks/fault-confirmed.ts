/** Check: the fault is real, as a witness saw that is not the injector (law 3). */
import { broken, inconclusive, passed, type Check } from "../check.ts";
import { proveFault } from "../fault-proof.ts";

/** A sign that contradicts the injector means that the injector did not do what it says: broken. What nobody saw: inconclusive. */
export const faultConfirmedCheck: Check<"fault-confirmed"> = {
  id: "fault-confirmed",
  title: "Fault confirmed",
  proves: "Every sign of the fault was absent before the injection and seen after it, before the page began to act.",
  source: {
    address: "docs/architecture.md#the-laws-that-keep-a-verdict-true",
    fact: "Law 3: an injector's own exit code is no proof; somebody else must have seen the effect before a recovery from it can count.",
  },
  judge: (evidence, { signs }) => {
    const { proof, open } = proveFault(evidence, signs);
    switch (proof) {
      case "confirmed":
        return passed(`The witness saw all ${signs.length} signs of the fault after the injection, and none before.`);
      case "mismatch":
        return broken("The witness contradicts the injector: the fault is not what it claims to be.", open);
      case "inconclusive":
        return inconclusive("The witness did not see enough to confirm the fault.", open);
    }
  },
};
