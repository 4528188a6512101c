/** One request on a connection, and its answer if it comes whole and in time. */
import type { NoAnswer } from "../http-exchange.ts";
import type { IncomingHttpHeaders } from "node:http2";
import type { Link, LinkRequest } from "./link.ts";

/** An answer as it came, or why none did. */
export type Exchange = WholeAnswer | NoAnswer;

/** Everything that the member said to one request. */
export interface WholeAnswer {
  readonly kind: "whole";
  /** HTTP's. */
  readonly status: number;
  /** Those before the body, and those after it. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends once, and waits at most `timeoutMs` for the whole answer. */
export async function oneExchange(link: Link, request: LinkRequest, timeoutMs: number): Promise<Exchange> {
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  let headers: IncomingHttpHeaders = {};
  const parts: Buffer[] = [];
  const giveUp = link.begin(request, {
    headers: (told) => {
      headers = { ...headers, ...told };
    },
    data: (part) => void parts.push(part),
    ended: () => {
      resolve({ kind: "whole", status: Number(headers[":status"] ?? 0), headers, body: Buffer.concat(parts) });
    },
    failed: (failure) => resolve({ kind: "failure", ...failure }),
  });
  // One more round of the loop: an answer that lies in the socket while this loop was late is an answer.
  const deadline = setTimeout(() => {
    setImmediate(() => {
      resolve({ kind: "deadline" });
      giveUp();
    });
  }, timeoutMs);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
  }
}
