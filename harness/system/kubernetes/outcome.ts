/**
 * Which reply of the API means which outcome of a write (law 6): one table, first match wins.
 *
 * A write is one transaction of etcd on the condition that the object still is what was read before (apiserver,
 * pkg/storage/etcd3/store.go), which etcd's client sends a second time only if it certainly was not sent before (etcd,
 * client/v3/retry.go, `nonRepeatable`). So what the server turns away before that transaction was not applied; whatever came of the
 * transaction itself comes back as one of the statuses that are `unknown` here.
 */
import { NOT_THERE } from "../../ledger/index.ts";
import { fitsNoAnswer, NO_ANSWER_ROWS, type NoAnswerPattern, type OutcomeRow as Row } from "../no-answer.ts";
import { RESOURCE } from "./object.ts";
import type { Reply } from "./reply.ts";

/** A row of the table. */
export type OutcomeRow = Row<ReplyPattern>;

/** What a row applies to. An absent field matches anything. */
export type ReplyPattern =
  | NoAnswerPattern
  | { readonly kind: "unreadable" | "anything" }
  | { readonly kind: "refusal"; readonly codes: readonly number[]; readonly about?: string };

/** The table. Statuses: apimachinery, pkg/api/errors/errors.go. */
export const OUTCOME_TABLE: readonly OutcomeRow[] = [
  ...NO_ANSWER_ROWS,
  {
    reason: "unreadable-answer",
    outcome: "unknown",
    matches: { kind: "unreadable" },
    because: "an answer that is not the API's says nothing",
  },
  {
    reason: NOT_THERE,
    outcome: "refused",
    matches: { kind: "refusal", codes: [404], about: RESOURCE },
    because: "what was to be deleted was not there when the server read it from etcd, so it deleted nothing",
  },
  {
    reason: "nobody-handles-it",
    outcome: "refused",
    matches: { kind: "refusal", codes: [404] },
    because: "the server knows no such path, or no such namespace, which it looks up before it writes",
  },
  {
    reason: "invalid",
    outcome: "refused",
    matches: { kind: "refusal", codes: [400, 405, 413, 415, 422] },
    because: "the request itself cannot be applied by any server",
  },
  {
    reason: "unauthenticated",
    outcome: "refused",
    matches: { kind: "refusal", codes: [401] },
    because: "the server does not know who asks, and handled nothing",
  },
  {
    reason: "permission-denied",
    outcome: "refused",
    matches: { kind: "refusal", codes: [403] },
    because: "authorization and admission come before the write",
  },
  {
    reason: "too-many-requests",
    outcome: "refused",
    matches: { kind: "refusal", codes: [429] },
    because: "turned away before it was handled (apiserver, pkg/server/filters)",
  },
  {
    reason: "conflict",
    outcome: "unknown",
    matches: { kind: "refusal", codes: [409] },
    because: "the server tries a patch several times, and tells of the last one",
  },
  {
    reason: "server-deadline",
    outcome: "unknown",
    matches: { kind: "refusal", codes: [504] },
    because: "the server stopped waiting for etcd, or for the end of the request",
  },
  {
    reason: "unavailable",
    outcome: "unknown",
    matches: { kind: "refusal", codes: [503] },
    because: "a part of the server is not there; nobody has shown that it is one before the write",
  },
  {
    reason: "server-error",
    outcome: "unknown",
    matches: { kind: "refusal", codes: [500] },
    because:
      "what etcd says comes in it, e.g. that the request timed out or the leader changed: it may be in some member's log",
  },
  {
    reason: "other-error",
    outcome: "unknown",
    matches: { kind: "anything" },
    because: "nobody has shown that it cannot have been applied",
  },
];

/** The row that applies to a reply that is not an acknowledgement. */
export function rowOf(reply: Reply<unknown>): OutcomeRow {
  const row = OUTCOME_TABLE.find((candidate) => fits(candidate.matches, reply));
  if (row === undefined) throw new RangeError("the outcome table must end with a row that matches anything");
  return row;
}

function fits(pattern: ReplyPattern, reply: Reply<unknown>): boolean {
  switch (pattern.kind) {
    case "anything":
      return true;
    case "unreadable":
      // An answer without what must be in it is no acknowledgement either; client.ts sends it here.
      return reply.kind === "unreadable" || reply.kind === "answer";
    case "refusal":
      return (
        reply.kind === "refusal" &&
        pattern.codes.includes(reply.code) &&
        (pattern.about === undefined || pattern.about === reply.about?.resource)
      );
    case "deadline":
    case "closed":
    case "failure":
      return (
        (reply.kind === "deadline" || reply.kind === "closed" || reply.kind === "failure") &&
        fitsNoAnswer(pattern, reply)
      );
  }
}
