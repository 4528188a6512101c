/**
 * Which reply means which outcome of a write (law 6): one table, first match wins.
 *
 * `refused` is an allow-list: only what is certain never to be applied. Everything else is `unknown`, and an error that
 * nobody thought of ends in the last row. To call an applied write refused would be a lie; to call a refused one unknown
 * only costs a key.
 */
import { fitsNoAnswer, NO_ANSWER_ROWS, type NoAnswerPattern, type OutcomeRow as Row } from "../no-answer.ts";
import type { Reply } from "./reply.ts";

/** A row of the table. */
export type OutcomeRow = Row<ReplyPattern>;

/** What a row applies to. An absent field matches anything. */
export type ReplyPattern =
  | NoAnswerPattern
  | { readonly kind: "unreadable" | "anything" }
  | { readonly kind: "grpc"; readonly codes: readonly number[]; readonly message?: string };

/** The table. gRPC codes and messages: etcd, api/v3rpc/rpctypes/error.go. */
export const OUTCOME_TABLE: readonly OutcomeRow[] = [
  ...NO_ANSWER_ROWS,
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
    case "failure":
      return (
        (reply.kind === "deadline" || reply.kind === "closed" || reply.kind === "failure") &&
        fitsNoAnswer(pattern, reply)
      );
    case "unreadable":
      // An answer without what must be in it is no acknowledgement either; client.ts sends it here.
      return reply.kind === "unreadable" || reply.kind === "answer";
    case "grpc":
      return (
        reply.kind === "error" &&
        pattern.codes.includes(reply.code) &&
        (pattern.message === undefined || reply.message === pattern.message)
      );
  }
}
