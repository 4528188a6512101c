/**
 * One member's JSON gateway over HTTP/2: many calls share one connection, each as a stream of its own, and a call that is
 * given up resets its stream alone. For the probes, of which fifty may hang at once; over HTTP/1.1 (gateway.ts) each of
 * them would cost a connection and a handshake.
 *
 * etcd serves its gateway and gRPC on one TLS port and tells them apart by content type
 * (server/embed/serve.go, grpcHandlerFunc), so HTTP/2 reaches the gateway too; it allows any number of streams.
 */
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { codeOf, readAnswer, type CallStage, type Gateway, type GatewayOptions, type Reply } from "./gateway.ts";

/** One connection. */
interface Link {
  readonly session: ClientHttp2Session;
  readonly socket: TLSSocket;
  stage: CallStage;
  /** Why the connection failed, in the words of its socket; its streams only say that they were cancelled. */
  brokenBy: string | null;
  /** When it last gave a sign of life, on this thread's clock; at first, when it was opened. */
  heardAtMs: number;
  callsUnderWay: number;
  /** No new call goes this way; it closes with its last one. */
  retired: boolean;
}

/** Opens nothing yet: the first call makes a connection. */
export function openStreamGateway(options: GatewayOptions): Gateway {
  const links = new Set<Link>();
  let current: Link | null = null;
  let closed = false;

  const open = (): Link => {
    const { hostname, port } = new URL(options.clientUrl);
    const socket = connectTls({
      host: hostname,
      port: Number(port),
      secureContext: options.credentials,
      ALPNProtocols: ["h2"],
    });
    const session = connect(options.clientUrl, { createConnection: () => socket });
    const link: Link = {
      session,
      socket,
      stage: "connecting",
      brokenBy: null,
      heardAtMs: performance.now(),
      callsUnderWay: 0,
      retired: false,
    };
    // Fifty calls may wait for the handshake, each with a listener of its own.
    session.setMaxListeners(0);
    // Each call under way is told by its own stream.
    session.on("error", () => undefined);
    session.on("close", () => links.delete(link));
    socket.on("error", (error) => (link.brokenBy ??= codeOf(error)));
    socket.once("connect", () => (link.stage = "handshake"));
    socket.once("secureConnect", () => (link.stage = "sent"));
    links.add(link);
    return link;
  };

  const usable = (): Link => {
    if (current === null || current.retired || current.session.closed || current.session.destroyed) current = open();
    return current;
  };

  /**
   * A connection that stays silent while a call waits for its whole time-out may be dead without anybody having said so
   * (packets dropped): the next calls take a new one, so that a member that is back is not missed for longer than that.
   */
  const retire = (link: Link): void => {
    link.retired = true;
    if (link.callsUnderWay === 0) drop(link);
  };

  const call = async (path: string, body: object, timeoutMs: number): Promise<Reply> => {
    if (closed) return { kind: "closed" };
    const link = usable();
    link.callsUnderWay++;
    const sentAtMs = performance.now();
    const reply = await oneCall(link.session, { path, payload: JSON.stringify(body), timeoutMs });
    link.callsUnderWay--;
    if (reply.kind === "answer" || reply.kind === "unreadable") link.heardAtMs = performance.now();
    if (link.retired || (reply.kind === "deadline" && link.heardAtMs <= sentAtMs)) retire(link);
    if (reply.kind !== "failure") return reply;
    return closed ? { kind: "closed" } : { kind: "failure", stage: link.stage, code: link.brokenBy ?? reply.code };
  };

  return {
    call,
    [Symbol.dispose]: () => {
      closed = true;
      for (const link of links) drop(link);
    },
  };
}

/**
 * Closes a connection at once. A session that is destroyed only says goodbye on its socket, and a socket that is not connected waits
 * with that for its connection: a member that takes none (its queue is full, packets are dropped) would keep this thread
 * alive for minutes.
 */
function drop({ session, socket }: Link): void {
  session.destroy();
  socket.destroy();
}

interface Call {
  readonly path: string;
  readonly payload: string;
  readonly timeoutMs: number;
}

/** One stream from its request to its end, or to the deadline. How far a failed call had come is for the caller to say. */
async function oneCall(session: ClientHttp2Session, { path, payload, timeoutMs }: Call): Promise<Reply> {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  let stream: ClientHttp2Stream;
  try {
    stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/json" });
  } catch (error) {
    return { kind: "failure", stage: "connecting", code: codeOf(error) };
  }
  let status = 0;
  let text = "";
  let ended = false;
  let code: string | null = null;
  stream.setEncoding("utf8");
  stream.on("response", (headers) => (status = headers[":status"] ?? 0));
  stream.on("data", (chunk: string) => (text += chunk));
  stream.on("end", () => (ended = true));
  stream.on("error", (error) => (code = codeOf(error)));
  stream.on("close", () => {
    const whole = ended && code === null && stream.rstCode === constants.NGHTTP2_NO_ERROR && status !== 0;
    resolve(
      whole ? readAnswer(status, text) : { kind: "failure", stage: "sent", code: code ?? "ERR_STREAM_PREMATURE_CLOSE" },
    );
  });
  stream.end(payload);
  // One more round of the loop: an answer that lies in the socket while this loop was late is an answer.
  const deadline = setTimeout(() => {
    setImmediate(() => {
      resolve({ kind: "deadline" });
      stream.close(constants.NGHTTP2_CANCEL);
    });
  }, timeoutMs);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
  }
}
