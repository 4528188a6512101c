/**
 * One connection of HTTP/2 to a member, from the first packet to its end, and how far it has come: by that a call that failed was
 * certainly not sent, or may have been (no-answer.ts).
 *
 * TLS and HTTP/2 are begun when TCP is there, not before: in an outage most connections are refused, and to make what they need
 * costs five times as much as to be refused.
 */
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type SecureContext, type TLSSocket } from "node:tls";
import { codeOf, type CallStage, type NoAnswer } from "../http-exchange.ts";

/** Why a stream is over whose answer is not whole. No byte of a request leaves before the TLS handshake is done: no early data is sent. */
export type LinkFailure = Pick<Extract<NoAnswer, { readonly kind: "failure" }>, "stage" | "code">;

/** What is sent on one stream. */
export interface LinkRequest {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
  /** Whether that is all that this side says. */
  readonly whole: boolean;
}

/** What is told of one stream; after `ended` or `failed` nothing more. */
export interface LinkListener {
  /** Once before the data, and once more after it for what HTTP calls trailers. */
  headers(told: IncomingHttpHeaders): void;
  data(part: Buffer): void;
  /** The other side has said all. */
  ended(): void;
  /** The stream is over, and what was told is not all. */
  failed(failure: LinkFailure): void;
}

export interface LinkOptions {
  readonly clientUrl: string;
  /** The run's authority and client certificate, made once because making it costs more than a call. */
  readonly credentials: SecureContext;
}

/** A connection, made or being made. Disposing ends it at once; what is under way fails. */
export interface Link extends Disposable {
  /** Whether a new request may go this way. */
  accepts(): boolean;
  /** Sends a request as soon as the connection is secure; returns what gives it up, after which its answer does not count. */
  begin(request: LinkRequest, listener: LinkListener): () => void;
}

/** The other side did not agree to HTTP/2. */
const NOT_HTTP2 = "ERR_ALPN";
/** The connection or the stream ended without an error. */
const CLOSED = "ERR_STREAM_PREMATURE_CLOSE";

/** Begins to connect. `gone` is called when the connection is no more, or never came to be. */
export function openLink({ clientUrl, credentials }: LinkOptions, gone: () => void): Link {
  const { hostname, port } = new URL(clientUrl);
  let stage: CallStage = "connecting";
  let session: ClientHttp2Session | null = null;
  let secure: TLSSocket | null = null;
  /** Why the connection failed, in the words of its socket; its streams only say that they were cancelled. */
  let brokenBy: string | null = null;
  let over = false;
  /** What waits for the handshake, and how to send it. */
  const waiting = new Map<LinkListener, (session: ClientHttp2Session) => void>();

  const failure = (code: string | null): LinkFailure => ({ stage, code: brokenBy ?? code ?? CLOSED });
  const fail = (): void => {
    if (over) return;
    over = true;
    const unsent = [...waiting.keys()];
    waiting.clear();
    for (const listener of unsent) listener.failed(failure(null));
    gone();
  };
  const watch = (socket: Socket): void => {
    socket.on("error", (error) => (brokenBy ??= codeOf(error)));
    socket.once("close", fail);
  };
  const speak = (socket: TLSSocket): void => {
    if (socket.alpnProtocol !== "h2") {
      brokenBy = NOT_HTTP2;
      socket.destroy();
      return;
    }
    stage = "sent";
    const opened = connectHttp2(clientUrl, { createConnection: () => socket });
    // Many calls may wait for it to be ready, each with a listener of its own.
    opened.setMaxListeners(0);
    // Each call under way is told by its own stream.
    opened.on("error", () => undefined);
    session = opened;
    for (const send of waiting.values()) send(opened);
    waiting.clear();
  };

  const tcp = connectTcp({ host: hostname, port: Number(port), noDelay: true });
  watch(tcp);
  tcp.once("connect", () => {
    stage = "handshake";
    const socket = connectTls({ socket: tcp, host: hostname, secureContext: credentials, ALPNProtocols: ["h2"] });
    secure = socket;
    watch(socket);
    socket.once("secureConnect", () => speak(socket));
  });

  return {
    accepts: () => !over && (session === null || !(session.closed || session.destroyed)),
    begin: (request, listener) => {
      let giveUp = (): void => void waiting.delete(listener);
      const send = (on: ClientHttp2Session): void => {
        giveUp = beginStream(on, request, {
          ...listener,
          failed: (code) => listener.failed(failure(code)),
        });
      };
      if (over) listener.failed(failure(null));
      else if (session === null) waiting.set(listener, send);
      else send(session);
      return () => giveUp();
    },
    [Symbol.dispose]: () => {
      // All: each says goodbye on the one below it, which waits with that for its connection. A member that takes none (its
      // queue is full, packets are dropped) would keep this thread alive for minutes.
      session?.destroy();
      secure?.destroy();
      tcp.destroy();
    },
  };
}

interface StreamListener extends Omit<LinkListener, "failed"> {
  failed(code: string | null): void;
}

/** One stream; returns what resets it. */
function beginStream(session: ClientHttp2Session, request: LinkRequest, listener: StreamListener): () => void {
  let stream: ClientHttp2Stream;
  try {
    stream = session.request(request.headers, { endStream: request.body.length === 0 });
  } catch (error) {
    listener.failed(codeOf(error));
    return () => undefined;
  }
  let answered = false;
  let ended = false;
  let code: string | null = null;
  stream.on("response", (headers) => {
    answered = true;
    listener.headers(headers);
  });
  stream.on("trailers", (headers) => listener.headers(headers));
  stream.on("data", (part: Buffer) => listener.data(part));
  stream.on("error", (error) => (code = codeOf(error)));
  stream.on("end", () => {
    ended = true;
    // One that has more to say is not closed by the other side's end: to close it is ours.
    if (!request.whole) stream.close();
  });
  stream.on("close", () => {
    if (ended && answered && code === null && stream.rstCode === constants.NGHTTP2_NO_ERROR) listener.ended();
    else listener.failed(code);
  });
  if (request.body.length > 0) {
    if (request.whole) stream.end(request.body);
    else stream.write(request.body);
  }
  return () => stream.close(constants.NGHTTP2_CANCEL);
}
