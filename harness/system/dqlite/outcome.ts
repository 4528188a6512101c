/**
 * Which answer of `dqlite-demo` means which outcome of a write (law 6): one table, first match wins.
 *
 * The server answers 200 whatever happened, and says `done`, a value, or `Error: ` and Go's words for it (go-dqlite
 * cmd/dqlite-demo). None of its errors proves that a write was not applied: Go's database/sql tries a statement again when its
 * connection turned out to be bad, and the driver calls a lost leadership that (driver/driver.go, driverError), so that the error
 * told may be that of a second attempt behind a first one that was replicated after all.
 */
import type { HttpExchange } from "../http-exchange.ts";
import { fitsNoAnswer, NO_ANSWER_ROWS, type NoAnswerPattern, type OutcomeRow as Row } from "../no-answer.ts";

/** A row of the table. */
export type OutcomeRow = Row<AnswerPattern>;

/** What a row applies to: no answer, an answer whose error has these words, or anything. */
export type AnswerPattern =
  | NoAnswerPattern
  | { readonly kind: "error"; readonly words: string }
  | { readonly kind: "anything" };

/** Begins every answer that tells an error. */
export const ERROR = "Error: ";

/** The table. */
export const OUTCOME_TABLE: readonly OutcomeRow[] = [
  ...NO_ANSWER_ROWS,
  {
    reason: "locked",
    outcome: "unknown",
    matches: { kind: "error", words: "database is locked" },
    because:
      "another write was under way, which refuses this attempt; an earlier one of the same request may have been sent",
  },
  {
    reason: "no-leader",
    outcome: "unknown",
    matches: { kind: "error", words: "no available dqlite leader" },
    because: "no leader was found for this attempt; an earlier one may have been sent to the last one",
  },
  {
    reason: "disk-error",
    outcome: "unknown",
    matches: { kind: "error", words: "disk I/O error" },
    because: "SQLite's word for whatever replication failed with, after the entry was in the leader's log perhaps",
  },
  {
    reason: "other-error",
    outcome: "unknown",
    matches: { kind: "error", words: "" },
    because: "nobody has shown that it cannot have been applied",
  },
  {
    reason: "unreadable-answer",
    outcome: "unknown",
    matches: { kind: "anything" },
    because: "an answer that is not the server's says nothing",
  },
];

/** The row that applies to what came back, when it is no acknowledgement. */
export function rowOf(came: HttpExchange): OutcomeRow {
  const row = OUTCOME_TABLE.find((candidate) => fits(candidate.matches, came));
  if (row === undefined) throw new RangeError("the outcome table must end with a row that matches anything");
  return row;
}

function fits(pattern: AnswerPattern, came: HttpExchange): boolean {
  switch (pattern.kind) {
    case "anything":
      return true;
    case "error":
      return came.kind === "whole" && came.text.startsWith(ERROR) && came.text.includes(pattern.words);
    case "deadline":
    case "closed":
    case "failure":
      return came.kind !== "whole" && fitsNoAnswer(pattern, came);
  }
}
