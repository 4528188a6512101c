/** Check: the store's revision never went back below what a client had seen. */
import { failed, inconclusive, passed, type Check } from "../check.ts";

/** Clients that watch or cache by revision are served wrongly by a store whose revision went back, even if no key is lost. */
export const revisionNotBackCheck: Check<"revision-not-back"> = {
  id: "revision-not-back",
  title: "Revision not back",
  proves:
    "Every revision handed out after the page began is later than every one that was acknowledged before, unless the drill declares otherwise.",
  judge: ({ all, timeline }, { mayGoBack }) => {
    const borderMs = timeline.runbookStartedAtMs ?? timeline.injectedAtMs;
    if (borderMs === null) return inconclusive("No fault was injected.");
    const writes = all("operation").filter((one) => one.op !== "get" && one.outcome === "acknowledged");
    const before = writes.flatMap((one) =>
      one.atMs < borderMs && one.revision !== null ? [BigInt(one.revision)] : [],
    );
    const highest = before.reduce<bigint | null>((a, b) => (a === null || b > a ? b : a), null);
    if (highest === null) return inconclusive("No write was acknowledged before the page began.");
    // Deleting a key that is not there is acknowledged with the store's revision as it is: nothing was changed.
    const next = highest + 1n;
    const after = [
      ...writes.flatMap((one) =>
        one.sentAtMs >= borderMs && one.revision !== null
          ? [
              {
                what: `operation ${one.id}`,
                revision: BigInt(one.revision),
                lowest: one.op === "delete" ? highest : next,
              },
            ]
          : [],
      ),
      ...all("fence").flatMap((fence) =>
        fence.revision === null
          ? []
          : [{ what: `the fence ${fence.pass}`, revision: BigInt(fence.revision), lowest: next }],
      ),
    ];
    const back = after.filter((one) => one.revision < one.lowest);
    if (back.length > 0 && !mayGoBack) {
      return failed(
        `The revision went back: ${highest} was acknowledged before the page began, and later ones are not above it.`,
        back.map((one) => `${one.what} has revision ${one.revision}`),
      );
    }
    if (!all("fence").some((fence) => fence.revision !== null))
      return inconclusive("No fence was written after the recovery.");
    if (back.length > 0)
      return passed(
        `The revision went back, as the drill declares: ${back.length} revisions are not above ${highest}.`,
      );
    return passed(`All ${after.length} revisions after the page began follow ${highest}, the highest before.`);
  },
};
