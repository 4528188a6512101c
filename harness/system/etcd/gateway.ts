/**
 * One member's JSON gateway over HTTPS: one call, one attempt, on connections of its own.
 * Not its business: what a reply means for a write (outcome.ts).
 */
import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";

/** What came of one call. Data, never an exception: "not reachable" is something seen (law 5). */
export type Reply =
  /** A whole answer with a JSON object in it, whatever its status. */
  | { readonly kind: "answer"; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  /** A whole answer that is not a JSON object. */
  | { readonly kind: "unreadable"; readonly status: number }
  /** The connection failed; `stage` says how far the call had come by then. */
  | { readonly kind: "failure"; readonly stage: CallStage; readonly code: string }
  /** Nothing came within the deadline, or not all of it. */
  | { readonly kind: "deadline" }
  /** The gateway was closed on our side while the call was under way. */
  | { readonly kind: "closed" };

/**
 * How far a call had come. Before `sent` not one byte of the request has left: it is held back until the TLS handshake
 * is done (Node sends no early data).
 */
export type CallStage = "connecting" | "handshake" | "sent";

export interface GatewayOptions {
  readonly clientUrl: string;
  /** The run's authority and client certificate, made once because making it costs more than a call. */
  readonly credentials: SecureContext;
}

/** Connections to one member. Disposing closes them; calls under way end as `closed`. */
export interface Gateway extends Disposable {
  /** Posts `body` to `path`, once; waits at most `timeoutMs` for the whole answer. Never throws, never retries. */
  call(path: string, body: object, timeoutMs: number): Promise<Reply>;
}

/** A gateway that also gives the pages of the member's HTTP server that are no JSON, such as its metrics. */
export interface PageGateway extends Gateway {
  /** Gets the text at `path`, once; null for anything but a whole answer with the status 200 in time. Never throws. */
  page(path: string, timeoutMs: number): Promise<string | null>;
}

/** An answer as it came, or why none did. */
type Exchange =
  | { readonly kind: "whole"; readonly status: number; readonly text: string }
  | Exclude<Reply, { readonly kind: "answer" | "unreadable" }>;

/** Opens nothing yet: each call takes an idle connection or makes one. */
export function openGateway(options: GatewayOptions): PageGateway {
  const { hostname, port } = new URL(options.clientUrl);
  const agent = new Agent({ keepAlive: true, secureContext: options.credentials });
  /** Connections that are past their handshake: a request that gets one of them is on the wire at once. */
  const established = new WeakSet<Socket>();
  let closed = false;

  const exchange = async (path: string, payload: string | null, timeoutMs: number): Promise<Exchange> => {
    if (closed) return { kind: "closed" };
    const sent =
      payload === null
        ? { method: "GET" }
        : {
            method: "POST",
            headers: { "content-type": "application/json", "content-length": Buffer.byteLength(payload) },
          };
    const outgoing = request({ agent, hostname, port, path, ...sent });
    // Whatever fails is told by the promise below; a failure that comes later still must not end the process.
    outgoing.on("error", () => undefined);
    const stage = stageOf(outgoing, established);
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
      outgoing.end(payload ?? undefined);
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
    call: async (path, body, timeoutMs) => {
      const came = await exchange(path, JSON.stringify(body), timeoutMs);
      return came.kind === "whole" ? readAnswer(came.status, came.text) : came;
    },
    page: async (path, timeoutMs) => {
      const came = await exchange(path, null, timeoutMs);
      return came.kind === "whole" && came.status === 200 ? came.text : null;
    },
    [Symbol.dispose]: () => {
      closed = true;
      agent.destroy();
    },
  };
}

/** Follows a request; the returned function says how far it has come. */
function stageOf(outgoing: ClientRequest, established: WeakSet<Socket>): () => CallStage {
  let stage: CallStage = "connecting";
  outgoing.once("socket", (socket) => {
    // A connection that nobody saw being made may have carried bytes already: never claim less than what is possible.
    if (established.has(socket) || !socket.connecting) {
      stage = "sent";
      return;
    }
    socket.once("connect", () => (stage = "handshake"));
    socket.once("secureConnect", () => {
      established.add(socket);
      stage = "sent";
    });
  });
  return () => stage;
}

/** The reply that a whole answer is. */
export function readAnswer(status: number, text: string): Reply {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) {
      return { kind: "answer", status, body: body as Readonly<Record<string, unknown>> };
    }
  } catch {
    // Falls through: what cannot be parsed cannot be read.
  }
  return { kind: "unreadable", status };
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
