import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OUTCOME_TABLE, rowOf, type OutcomeRow } from "./outcome.ts";
import type { Reply } from "./reply.ts";

const grpc = (code: number, message: string): Reply => ({ kind: "error", code, message });

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
  { reply: { kind: "answer", body: {} }, reason: "unreadable-answer", outcome: "unknown" },
  { reply: grpc(8, "etcdserver: too many requests"), reason: "too-many-requests", outcome: "refused" },
  { reply: grpc(2, "etcdserver: too many requests"), reason: "too-many-requests", outcome: "refused" },
  { reply: grpc(8, "etcdserver: mvcc: database space exceeded"), reason: "no-space", outcome: "unknown" },
  { reply: grpc(8, "grpc: received message larger than max"), reason: "other-error", outcome: "unknown" },
  { reply: grpc(3, "etcdserver: key is not provided"), reason: "invalid-argument", outcome: "refused" },
  { reply: grpc(3, "etcdserver: request is too large"), reason: "invalid-argument", outcome: "refused" },
  { reply: grpc(16, "etcdserver: invalid auth token"), reason: "unauthenticated", outcome: "refused" },
  { reply: grpc(7, "etcdserver: permission denied"), reason: "permission-denied", outcome: "refused" },
  { reply: grpc(4, "context deadline exceeded"), reason: "server-deadline", outcome: "unknown" },
  { reply: grpc(14, "etcdserver: request timed out"), reason: "unavailable", outcome: "unknown" },
  { reply: grpc(14, "etcdserver: no leader"), reason: "unavailable", outcome: "unknown" },
  { reply: grpc(14, "etcdserver: too many requests"), reason: "unavailable", outcome: "unknown" },
  { reply: grpc(1, "context canceled"), reason: "other-error", outcome: "unknown" },
  { reply: grpc(2, "anything"), reason: "other-error", outcome: "unknown" },
  { reply: grpc(9, "etcdserver: not leader"), reason: "other-error", outcome: "unknown" },
  {
    reply: grpc(11, "etcdserver: mvcc: required revision has been compacted"),
    reason: "other-error",
    outcome: "unknown",
  },
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
        kind: fc.constant("error" as const),
        code: fc.integer({ min: 0, max: 20 }).filter((code) => ![3, 7, 16].includes(code)),
        message: fc.string(),
      }),
      fc.record({ kind: fc.constant("answer" as const), body: fc.object() }),
    );
    fc.assert(fc.property(anyReply, (reply) => rowOf(reply).outcome === "unknown"));
  });
});
