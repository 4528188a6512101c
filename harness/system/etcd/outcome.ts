/**
 * Which reply means which outcome of a write (law 6): one table, first match wins.
 *
 * `refused` is an allow-list: only what is certain never to be applied. Everything else is `unknown`, and an error that
 * nobody thought of ends in the last row. To call an applied write refused would be a lie; to call a refused one unknown
 * only costs a key.
 */
import type { OperationOutcome } from "../../ledger/index.ts";
import type { CallStage, Reply } from "./gateway.ts";

/** A row of the table. */
export interface OutcomeRow {
  /** Stands in the ledger as the operation's reason. */
  readonly reason: string;
  readonly outcome: Exclude<OperationOutcome, "acknowledged">;
  readonly matches: ReplyPattern;
  readonly because: string;
}

/** What a row applies to. An absent field matches anything. */
export type ReplyPattern =
  | { readonly kind: "deadline" | "closed" | "unreadable" | "anything" }
  | { readonly kind: "failure"; readonly stage: CallStage; readonly codes?: readonly string[] }
  | { readonly kind: "grpc"; readonly codes: readonly number[]; readonly message?: string };

/** The table. gRPC codes and messages: etcd, api/v3rpc/rpctypes/error.go. */
export const OUTCOME_TABLE: readonly OutcomeRow[] = [
  {
    reason: "deadline",
    outcome: "unknown",
    matches: { kind: "deadline" },
    because: "no whole answer in time; the member may still apply it, even much later",
  },
  {
    reason: "client-closed",
    outcome: "unknown",
    matches: { kind: "closed" },
    because: "our side closed the connection before the answer",
  },
  {
    reason: "connection-refused",
    outcome: "refused",
    matches: { kind: "failure", stage: "connecting", codes: ["ECONNREFUSED"] },
    because: "nobody listens, so nothing was sent",
  },
  {
    reason: "unreachable",
    outcome: "refused",
    matches: { kind: "failure", stage: "connecting", codes: ["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN"] },
    because: "there is no way to the address, so nothing was sent",
  },
  {
    reason: "connect-failed",
    outcome: "refused",
    matches: { kind: "failure", stage: "connecting" },
    because: "the connection was never made, so nothing was sent",
  },
  {
    reason: "handshake-failed",
    outcome: "refused",
    matches: { kind: "failure", stage: "handshake" },
    because: "the request is held back until the TLS handshake is done",
  },
  {
    reason: "reset",
    outcome: "unknown",
    matches: { kind: "failure", stage: "sent", codes: ["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"] },
    because: "the connection broke when the request may have arrived already",
  },
  {
    reason: "connection-lost",
    outcome: "unknown",
    matches: { kind: "failure", stage: "sent" },
    because: "the connection failed when the request may have arrived already",
  },
  {
    reason: "unreadable-answer",
    outcome: "unknown",
    matches: { kind: "unreadable" },
    because: "an answer that is not etcd's says nothing",
  },
  {
    reason: "too-many-requests",
    outcome: "refused",
    // etcd knows this error with code 8, but hands out its client-side twin, which leaves the server as code 2
    // (server/etcdserver/api/v3rpc/util.go, toGRPCErrorMap; 3.6.14).
    matches: { kind: "grpc", codes: [2, 8], message: "etcdserver: too many requests" },
    because: "turned away before it was proposed (server/etcdserver/v3_server.go, processInternalRaftRequestOnce)",
  },
  {
    reason: "no-space",
    outcome: "unknown",
    matches: { kind: "grpc", codes: [8], message: "etcdserver: mvcc: database space exceeded" },
    because: "is raised before the proposal and while applying it, and the answer does not say which",
  },
  {
    reason: "invalid-argument",
    outcome: "refused",
    matches: { kind: "grpc", codes: [3] },
    because: "the request itself cannot be applied by any member",
  },
  {
    reason: "unauthenticated",
    outcome: "refused",
    matches: { kind: "grpc", codes: [16] },
    because: "the member does not know who asks and did not propose it",
  },
  {
    reason: "permission-denied",
    outcome: "refused",
    matches: { kind: "grpc", codes: [7] },
    because: "checked again while applying, so that no member applies it",
  },
  {
    reason: "server-deadline",
    outcome: "unknown",
    matches: { kind: "grpc", codes: [4] },
    because: "the member stopped waiting for a proposal that it had sent on",
  },
  {
    reason: "unavailable",
    outcome: "unknown",
    matches: { kind: "grpc", codes: [14] },
    because: "no leader, leader changed, time-out: the proposal may be in some member's log",
  },
  {
    reason: "other-error",
    outcome: "unknown",
    matches: { kind: "anything" },
    because: "nobody has shown that it cannot have been applied",
  },
];

/** The row that applies to a reply that is not an acknowledgement. */
export function rowOf(reply: Reply): OutcomeRow {
  const row = OUTCOME_TABLE.find((candidate) => fits(candidate.matches, reply));
  if (row === undefined) throw new RangeError("the outcome table must end with a row that matches anything");
  return row;
}

function fits(pattern: ReplyPattern, reply: Reply): boolean {
  switch (pattern.kind) {
    case "anything":
      return true;
    case "deadline":
    case "closed":
      return reply.kind === pattern.kind;
    case "unreadable":
      // A status of success without what must be in it is no acknowledgement either; client.ts sends it here.
      return reply.kind === "unreadable" || (reply.kind === "answer" && reply.status === 200);
    case "failure":
      return (
        reply.kind === "failure" &&
        reply.stage === pattern.stage &&
        (pattern.codes === undefined || pattern.codes.includes(reply.code))
      );
    case "grpc":
      return (
        reply.kind === "answer" &&
        typeof reply.body["code"] === "number" &&
        pattern.codes.includes(reply.body["code"]) &&
        (pattern.message === undefined || reply.body["message"] === pattern.message)
      );
  }
}
