import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reply } from "./gateway.ts";
import { OUTCOME_TABLE, rowOf, type OutcomeRow } from "./outcome.ts";

const grpc = (code: number, message: string, status = 400): Reply => ({
  kind: "answer",
  status,
  body: { code, message },
});

/** At least one reply for each row of the table, and what must come of it. */
const CASES: readonly { readonly reply: Reply; readonly reason: string; readonly outcome: OutcomeRow["outcome"] }[] = [
  { reply: { kind: "deadline" }, reason: "deadline", outcome: "unknown" },
  { reply: { kind: "closed" }, reason: "client-closed", outcome: "unknown" },
  {
    reply: { kind: "failure", stage: "connecting", code: "ECONNREFUSED" },
    reason: "connection-refused",
    outcome: "refused",
  },
  { reply: { kind: "failure", stage: "connecting", code: "EHOSTUNREACH" }, reason: "unreachable", outcome: "refused" },
  { reply: { kind: "failure", stage: "connecting", code: "ENETUNREACH" }, reason: "unreachable", outcome: "refused" },
  { reply: { kind: "failure", stage: "connecting", code: "ECONNRESET" }, reason: "connect-failed", outcome: "refused" },
  {
    reply: { kind: "failure", stage: "handshake", code: "ECONNRESET" },
    reason: "handshake-failed",
    outcome: "refused",
  },
  { reply: { kind: "failure", stage: "sent", code: "ECONNRESET" }, reason: "reset", outcome: "unknown" },
  { reply: { kind: "failure", stage: "sent", code: "EPIPE" }, reason: "reset", outcome: "unknown" },
  {
    reply: { kind: "failure", stage: "sent", code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" },
    reason: "connection-lost",
    outcome: "unknown",
  },
  { reply: { kind: "failure", stage: "sent", code: "ECONNREFUSED" }, reason: "connection-lost", outcome: "unknown" },
  { reply: { kind: "unreadable", status: 400 }, reason: "unreadable-answer", outcome: "unknown" },
  { reply: { kind: "unreadable", status: 200 }, reason: "unreadable-answer", outcome: "unknown" },
  { reply: { kind: "answer", status: 200, body: {} }, reason: "unreadable-answer", outcome: "unknown" },
  { reply: grpc(8, "etcdserver: too many requests", 429), reason: "too-many-requests", outcome: "refused" },
  { reply: grpc(2, "etcdserver: too many requests", 500), reason: "too-many-requests", outcome: "refused" },
  { reply: grpc(8, "etcdserver: mvcc: database space exceeded", 429), reason: "no-space", outcome: "unknown" },
  { reply: grpc(8, "grpc: received message larger than max", 429), reason: "other-error", outcome: "unknown" },
  { reply: grpc(3, "etcdserver: key is not provided"), reason: "invalid-argument", outcome: "refused" },
  { reply: grpc(3, "etcdserver: request is too large"), reason: "invalid-argument", outcome: "refused" },
  { reply: grpc(16, "etcdserver: invalid auth token", 401), reason: "unauthenticated", outcome: "refused" },
  { reply: grpc(7, "etcdserver: permission denied", 403), reason: "permission-denied", outcome: "refused" },
  { reply: grpc(4, "context deadline exceeded", 504), reason: "server-deadline", outcome: "unknown" },
  { reply: grpc(14, "etcdserver: request timed out", 503), reason: "unavailable", outcome: "unknown" },
  { reply: grpc(14, "etcdserver: no leader", 503), reason: "unavailable", outcome: "unknown" },
  { reply: grpc(14, "etcdserver: too many requests", 503), reason: "unavailable", outcome: "unknown" },
  { reply: grpc(1, "context canceled", 499), reason: "other-error", outcome: "unknown" },
  { reply: grpc(2, "anything", 500), reason: "other-error", outcome: "unknown" },
  { reply: grpc(9, "etcdserver: not leader"), reason: "other-error", outcome: "unknown" },
  {
    reply: grpc(11, "etcdserver: mvcc: required revision has been compacted"),
    reason: "other-error",
    outcome: "unknown",
  },
  { reply: { kind: "answer", status: 503, body: {} }, reason: "other-error", outcome: "unknown" },
  { reply: { kind: "answer", status: 400, body: { code: "3" } }, reason: "other-error", outcome: "unknown" },
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

  test("refuses nothing that was sent, unless etcd said so in words of its own", () => {
    const anyReply: fc.Arbitrary<Reply> = fc.oneof(
      fc.record({ kind: fc.constant("failure" as const), stage: fc.constant("sent" as const), code: fc.string() }),
      fc.record({ kind: fc.constant("unreadable" as const), status: fc.nat(599) }),
      fc.record({
        kind: fc.constant("answer" as const),
        status: fc.nat(599),
        body: fc.record({
          code: fc.integer({ min: 0, max: 20 }).filter((code) => ![3, 7, 16].includes(code)),
          message: fc.string(),
        }),
      }),
    );
    fc.assert(fc.property(anyReply, (reply) => rowOf(reply).outcome === "unknown"));
  });
});
