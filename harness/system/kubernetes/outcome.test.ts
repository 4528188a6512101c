import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OUTCOME_TABLE, rowOf, type OutcomeRow } from "./outcome.ts";
import type { Reply } from "./reply.ts";

const refusal = (code: number, resource: string | null = null): Reply<never> => ({
  kind: "refusal",
  code,
  message: "said",
  about: resource === null ? null : { resource, name: "drillbook.key.c1.0000001" },
});

/** At least one reply for each row of the table, and what must come of it. */
const CASES: readonly {
  readonly reply: Reply<unknown>;
  readonly reason: string;
  readonly outcome: OutcomeRow["outcome"];
}[] = [
  { reply: { kind: "deadline" }, reason: "deadline", outcome: "unknown" },
  { reply: { kind: "closed" }, reason: "client-closed", outcome: "unknown" },
  {
    reply: { kind: "failure", stage: "connecting", code: "ECONNREFUSED" },
    reason: "connection-refused",
    outcome: "refused",
  },
  { reply: { kind: "failure", stage: "connecting", code: "EHOSTUNREACH" }, reason: "unreachable", outcome: "refused" },
  { reply: { kind: "failure", stage: "connecting", code: "ECONNRESET" }, reason: "connect-failed", outcome: "refused" },
  {
    reply: { kind: "failure", stage: "handshake", code: "ECONNRESET" },
    reason: "handshake-failed",
    outcome: "refused",
  },
  { reply: { kind: "failure", stage: "sent", code: "ECONNRESET" }, reason: "reset", outcome: "unknown" },
  { reply: { kind: "failure", stage: "sent", code: "EHOSTUNREACH" }, reason: "connection-lost", outcome: "unknown" },
  { reply: { kind: "unreadable", status: 200 }, reason: "unreadable-answer", outcome: "unknown" },
  { reply: { kind: "unreadable", status: 404 }, reason: "unreadable-answer", outcome: "unknown" },
  { reply: { kind: "answer", body: {} }, reason: "unreadable-answer", outcome: "unknown" },
  { reply: refusal(404, "podtemplates"), reason: "not-there", outcome: "refused" },
  { reply: refusal(404, "namespaces"), reason: "nobody-handles-it", outcome: "refused" },
  { reply: refusal(404), reason: "nobody-handles-it", outcome: "refused" },
  { reply: refusal(400), reason: "invalid", outcome: "refused" },
  { reply: refusal(422, "podtemplates"), reason: "invalid", outcome: "refused" },
  { reply: refusal(401), reason: "unauthenticated", outcome: "refused" },
  { reply: refusal(403, "podtemplates"), reason: "permission-denied", outcome: "refused" },
  { reply: refusal(429), reason: "too-many-requests", outcome: "refused" },
  { reply: refusal(409, "podtemplates"), reason: "conflict", outcome: "unknown" },
  { reply: refusal(504), reason: "server-deadline", outcome: "unknown" },
  { reply: refusal(503), reason: "unavailable", outcome: "unknown" },
  { reply: refusal(500), reason: "server-error", outcome: "unknown" },
  { reply: refusal(410), reason: "other-error", outcome: "unknown" },
  { reply: refusal(502), reason: "other-error", outcome: "unknown" },
];

describe("the outcome table", () => {
  test.each(CASES)("$reason: $reply", ({ reply, reason, outcome }) => {
    expect(rowOf(reply)).toMatchObject({ reason, outcome });
  });

  test("has no row without a case here", () => {
    const tested = new Set(CASES.map((one) => one.reason));
    expect(OUTCOME_TABLE.map((row) => row.reason).filter((reason) => !tested.has(reason))).toEqual([]);
  });

  test("names each reason once", () => {
    expect(new Set(OUTCOME_TABLE.map((row) => row.reason)).size).toBe(OUTCOME_TABLE.length);
  });

  test("refuses nothing that was sent, unless the server said that it did not write", () => {
    const turnedAway = new Set([400, 401, 403, 404, 405, 413, 415, 422, 429]);
    const anyReply: fc.Arbitrary<Reply<unknown>> = fc.oneof(
      fc.record({ kind: fc.constant("failure" as const), stage: fc.constant("sent" as const), code: fc.string() }),
      fc.record({ kind: fc.constant("unreadable" as const), status: fc.nat(599) }),
      fc
        .nat(599)
        .filter((code) => !turnedAway.has(code))
        .map((code) => refusal(code)),
    );
    fc.assert(fc.property(anyReply, (reply) => rowOf(reply).outcome === "unknown"));
  });
});
