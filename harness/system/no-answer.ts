/**
 * What it means for a write that no answer came (law 6): the rows that the outcome tables of all systems have in common.
 *
 * `refused` is an allow-list: only what is certain never to be applied. To call an applied write refused would be a lie; to
 * call a refused one unknown only costs a key.
 */
import type { OperationOutcome } from "../ledger/index.ts";
import type { CallStage, NoAnswer } from "./http-exchange.ts";

/** A row of an outcome table. `Pattern` says what it applies to. */
export interface OutcomeRow<Pattern> {
  /** Stands in the ledger as the operation's reason. */
  readonly reason: string;
  readonly outcome: Exclude<OperationOutcome, "acknowledged">;
  readonly matches: Pattern;
  readonly because: string;
}

/** What a row applies to. An absent field matches anything. */
export type NoAnswerPattern =
  | { readonly kind: "deadline" | "closed" }
  | { readonly kind: "failure"; readonly stage: CallStage; readonly codes?: readonly string[] };

/** The rows; no two of them fit the same, but that of a failure with codes goes before that without. */
export const NO_ANSWER_ROWS: readonly OutcomeRow<NoAnswerPattern>[] = [
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
];

/** Whether the pattern applies to it. */
export function fitsNoAnswer(pattern: NoAnswerPattern, came: NoAnswer): boolean {
  if (pattern.kind !== "failure") return came.kind === pattern.kind;
  return (
    came.kind === "failure" &&
    came.stage === pattern.stage &&
    (pattern.codes === undefined || pattern.codes.includes(came.code))
  );
}

/** The row that applies. */
export function rowOfNoAnswer(came: NoAnswer): OutcomeRow<NoAnswerPattern> {
  const row = NO_ANSWER_ROWS.find(({ matches }) => fitsNoAnswer(matches, came));
  if (row === undefined) throw new RangeError(`no row is about ${came.kind}`);
  return row;
}
