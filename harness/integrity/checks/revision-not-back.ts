/** Check: the store's revision never went back below what a client had seen. */
import { failed, inconclusive, passed, type Check } from "../check.ts";

/** Clients that watch or cache by revision are served wrongly by a store whose revision went back, even if no key is lost. */
export const revisionNotBackCheck: Check<"revision-not-back"> = {
  id: "revision-not-back",
  title: "Revision not back",
  proves: "Every revision handed out after the page began is later than every one that was acknowledged before.",
  judge: ({ all, timeline }) => {
    const borderMs = timeline.runbookStartedAtMs ?? timeline.injectedAtMs;
    if (borderMs === null) return inconclusive("No fault was injected.");
    const writes = all("operation").filter((one) => one.op !== "get" && one.outcome === "acknowledged");
    const before = writes.flatMap((one) =>
      one.atMs < borderMs && one.revision !== null ? [BigInt(one.revision)] : [],
    );
    const highest = before.reduce<bigint | null>((a, b) => (a === null || b > a ? b : a), null);
    if (highest === null) return inconclusive("No write was acknowledged before the page began.");
    const after = [
      ...writes.flatMap((one) =>
        one.sentAtMs >= borderMs && one.revision !== null
          ? [{ what: `operation ${one.id}`, revision: BigInt(one.revision) }]
          : [],
      ),
      ...all("fence").flatMap((fence) =>
        fence.revision === null ? [] : [{ what: `the fence ${fence.pass}`, revision: BigInt(fence.revision) }],
      ),
    ];
    const back = after.filter((one) => one.revision <= highest);
    if (back.length > 0) {
      return failed(
        `The revision went back: ${highest} was acknowledged before the page began, and later ones are not above it.`,
        back.map((one) => `${one.what} has revision ${one.revision}`),
      );
    }
    if (!all("fence").some((fence) => fence.revision !== null))
      return inconclusive("No fence was written after the recovery.");
    return passed(`All ${after.length} revisions after the page began are above ${highest}, the highest before.`);
  },
};
