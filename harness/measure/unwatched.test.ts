import { describe, expect, test } from "vitest";
import { changed, healthyLedger, NODES, without } from "../../fixtures/ledgers/build.ts";
import { HARNESS_STOOD_STILL } from "../ledger/index.ts";
import { longestUnwatched } from "./index.ts";

const healthy = healthyLedger();
const span = { nodes: NODES, fromMs: 18_000, untilMs: 20_000 };
const unwatched = (ledger = healthy): unknown => longestUnwatched(ledger.entries, ledger.header.plan, span);

describe("what nobody watched", () => {
  test("is nothing on a whole grid", () => expect(unwatched()).toEqual({ longestMs: 0, node: null }));

  test("is what is missing beyond the period, of the stream that missed most", () => {
    const gap = without(
      healthy,
      "service-probe",
      (one) => one.node === "n2" && one.sentAtMs > 18_500 && one.sentAtMs < 19_000,
    );
    expect(unwatched(gap)).toEqual({ longestMs: 400, node: "n2" });
    const noLook = without(gap, "cluster-probe", (one) => one.sentAtMs > 18_100 && one.sentAtMs < 19_900);
    expect(unwatched(noLook)).toEqual({ longestMs: 1500, node: null });
  });

  test("a stream without any probe was not watched at all", () => {
    expect(unwatched(without(healthy, "service-probe", (one) => one.node === "n3"))).toEqual({
      longestMs: 1900,
      node: "n3",
    });
  });

  test("a probe that proves nothing is no look", () => {
    const asleep = changed(healthy, "service-probe", (one) =>
      one.node === "n1" && one.sentAtMs === 19_000 ? { ...one, ok: null, reason: HARNESS_STOOD_STILL } : one,
    );
    expect(unwatched(asleep)).toEqual({ longestMs: 100, node: "n1" });
  });
});
