/**
 * HTTP to one member, with TLS or without: one exchange, one attempt, on connections of its own.
 * Not its business: what an answer says (dqlite/client.ts), and what it means for a write (no-answer.ts).
 */
import { once } from "node:events";
import { Agent as PlainAgent, request as plainRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";

/**
 * How far a call had come. Before `sent` not one byte of the request has left: it is held back until the connection is made
 * and, where there is TLS, its handshake is done (Node sends no early data).
 */
export type CallStage = "connecting" | "handshake" | "sent";

/** Why no answer came. */
export type NoAnswer =
  /** The connection failed; `stage` says how far the call had come by then. */
  | { readonly kind: "failure"; readonly stage: CallStage; readonly code: string }
  /** Nothing came within the deadline, or not all of it. */
  | { readonly kind: "deadline" }
  /** It was closed on our side while the call was under way. */
  | { readonly kind: "closed" };

/** An answer as it came, or why none did. Data, never an exception: "not reachable" is something seen (law 5). */
export type HttpExchange = { readonly kind: "whole"; readonly status: number; readonly text: string } | NoAnswer;

/** What is asked for. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  /** Null: no body. */
  readonly body: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Connections to one member. Disposing closes them; exchanges under way end as `closed`. */
export interface HttpConnections extends Disposable {
  /** Sends the request once and waits at most `timeoutMs` for the whole answer. Never throws, never retries. */
  exchange(request: HttpRequest, timeoutMs: number): Promise<HttpExchange>;
}

/**
 * Opens nothing yet: each exchange takes an idle connection or makes one.
 * @param credentials the run's authority and client certificate; null: without TLS.
 */
export function openHttp(clientUrl: string, credentials: SecureContext | null): HttpConnections {
  const { hostname, port } = new URL(clientUrl);
  const agent =
    credentials === null
      ? new PlainAgent({ keepAlive: true })
      : new TlsAgent({ keepAlive: true, secureContext: credentials });
  const request = credentials === null ? plainRequest : tlsRequest;
  /** Connections on which a request is on the wire at once. */
  const established = new WeakSet<Socket>();
  const ready = credentials === null ? "connect" : "secureConnect";
  let closed = false;

  const exchange = async (asked: HttpRequest, timeoutMs: number): Promise<HttpExchange> => {
    if (closed) return { kind: "closed" };
    const { body, headers = {}, method, path } = asked;
    const length = body === null ? {} : { "content-length": Buffer.byteLength(body) };
    const outgoing = request({ agent, hostname, port, path, method, headers: { ...headers, ...length } });
    // Whatever fails is told by the promise below; a failure that comes later still must not end the process.
    outgoing.on("error", () => undefined);
    const stage = stageOf(outgoing, established, ready);
    let late = false;
    let over = false;
    // One more round of the loop: an answer that lies in the socket while this loop was late is an answer.
    const deadline = setTimeout(() => {
      setImmediate(() => {
        if (over) return;
        late = true;
        outgoing.destroy();
      });
    }, timeoutMs);
    try {
      const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
      outgoing.end(body ?? undefined);
      const [response] = await answered;
      return { kind: "whole", status: response.statusCode ?? 0, text: await textOf(response) };
    } catch (error) {
      if (late) return { kind: "deadline" };
      return closed ? { kind: "closed" } : { kind: "failure", stage: stage(), code: codeOf(error) };
    } finally {
      over = true;
      clearTimeout(deadline);
    }
  };

  return {
    exchange,
    [Symbol.dispose]: () => {
      closed = true;
      agent.destroy();
    },
  };
}

/** Follows a request; the returned function says how far it has come. */
function stageOf(
  outgoing: ClientRequest,
  established: WeakSet<Socket>,
  ready: "connect" | "secureConnect",
): () => CallStage {
  let stage: CallStage = "connecting";
  outgoing.once("socket", (socket) => {
    // A connection that nobody saw being made may have carried bytes already: never claim less than what is possible.
    if (established.has(socket) || !socket.connecting) {
      stage = "sent";
      return;
    }
    socket.once("connect", () => (stage = "handshake"));
    socket.once(ready, () => {
      established.add(socket);
      stage = "sent";
    });
  });
  return () => stage;
}

/** The whole body; throws when the connection ends before it does. */
async function textOf(response: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** The code of a failure of Node's. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "UNKNOWN";
}
