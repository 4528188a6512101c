/**
 * dqlite's own protocol, as far as one node is asked for what it knows itself
 * (https://canonical.com/dqlite/docs/reference/wire-protocol). The node answers these requests from its own state, whether it
 * leads or not, and also when there is no leader.
 * Not its business: what the answers mean (view.ts, held.ts).
 */
import { connect } from "node:net";
import { codeOf, type NoAnswer } from "../http-exchange.ts";
import { bodyOfText, bodyOfWord, wordsOf } from "./wire-fields.ts";

/** A request: its type and its body, whole words. */
interface WireRequest {
  readonly type: number;
  readonly body: Buffer;
}

/** The node that this node takes for the leader. */
export const ASK_LEADER: WireRequest = { type: 0, body: bodyOfWord(0n) };
/** The members with their roles, of the newest configuration in this node's log. */
export const ASK_MEMBERS: WireRequest = { type: 16, body: bodyOfWord(1n) };

/** The database's file and its WAL, as this node holds them in memory: what it has applied. */
export function askDump(database: string): WireRequest {
  return { type: 15, body: bodyOfText(database) };
}

/** What came back: a body for each request, or why not. Data, never an exception (law 5). */
export type WireReply =
  | { readonly kind: "answers"; readonly bodies: readonly Buffer[] }
  /** It answered, but not what such a node does; `said` is its own error, where it told one. */
  | { readonly kind: "unreadable"; readonly said: string | null }
  | Exclude<NoAnswer, { readonly kind: "closed" }>;

const PROTOCOL_VERSION = 1n;
const HEADER_BYTES = 8;

/** Of a response that says what went wrong. */
const FAILURE = 0;

/**
 * Sends the requests on one new connection, one after another, and waits at most `timeoutMs` for all of it. Never throws, never
 * retries.
 */
export async function askNode(
  { host, port }: { readonly host: string; readonly port: number },
  requests: readonly WireRequest[],
  timeoutMs: number,
): Promise<WireReply> {
  const done = Promise.withResolvers<WireReply>();
  const socket = connect({ host, port });
  let stage: "connecting" | "sent" = "connecting";
  // Put together only when a whole answer is there: a dump has tens of megabytes, in a thousand chunks.
  const chunks: Buffer[] = [];
  let [receivedBytes, neededBytes] = [0, HEADER_BYTES];
  const bodies: Buffer[] = [];
  const deadline = setTimeout(() => done.resolve({ kind: "deadline" }), timeoutMs);
  socket.on("error", (error) => done.resolve({ kind: "failure", stage, code: codeOf(error) }));
  socket.on("close", () => done.resolve({ kind: "failure", stage, code: "ECONNRESET" }));
  socket.once("connect", () => {
    stage = "sent";
    socket.write(bodyOfWord(PROTOCOL_VERSION));
    send(requests[0]);
  });
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    receivedBytes += chunk.length;
    if (receivedBytes < neededBytes) return;
    const received = Buffer.concat(chunks.splice(0));
    const endsAt = HEADER_BYTES + wordsOf(received.readUInt32LE(0));
    if (receivedBytes < endsAt) {
      chunks.push(received);
      neededBytes = endsAt;
      return;
    }
    const body = received.subarray(HEADER_BYTES, endsAt);
    if (received[4] === FAILURE) {
      done.resolve({ kind: "unreadable", said: body.subarray(HEADER_BYTES).toString("utf8").split("\0")[0] ?? null });
      return;
    }
    bodies.push(body);
    chunks.push(received.subarray(endsAt));
    [receivedBytes, neededBytes] = [receivedBytes - endsAt, HEADER_BYTES];
    if (bodies.length === requests.length) done.resolve({ kind: "answers", bodies });
    else send(requests[bodies.length]);
  });
  try {
    return await done.promise;
  } finally {
    clearTimeout(deadline);
    socket.destroy();
  }

  function send(request: WireRequest | undefined): void {
    if (request === undefined) return;
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(request.body.length / HEADER_BYTES, 0);
    header.writeUInt8(request.type, 4);
    socket.write(Buffer.concat([header, request.body]));
  }
}
