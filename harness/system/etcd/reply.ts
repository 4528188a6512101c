/** What comes of one call to a member. Not its business: what that means for a write (outcome.ts). */
import type { NoAnswer } from "../http-exchange.ts";
import type { Message } from "./message.ts";

/** What came of one call. Data, never an exception: "not reachable" is something seen (law 5). */
export type Reply =
  /** A whole answer. */
  | { readonly kind: "answer"; readonly body: Message }
  /** The member says no, by a code of gRPC. */
  | { readonly kind: "error"; readonly code: number; readonly message: string }
  /** A whole answer that is not one of etcd's; `status` is HTTP's. */
  | { readonly kind: "unreadable"; readonly status: number }
  | NoAnswer;
