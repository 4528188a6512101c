/**
 * A channel to one member: etcd's own calls (gRPC over HTTP/2), one call one attempt, all on one connection that no other channel
 * shares. A call that is given up ends its stream alone: fifty may hang at once in an outage and cost no handshake.
 * Not its business: what a reply means for a write (outcome.ts).
 *
 * etcd serves gRPC and plain HTTP on one TLS port and tells them apart by content type (server/embed/serve.go,
 * grpcHandlerFunc); it allows any number of streams. Its JSON gateway calls the same gRPC server once more over TLS, which costs
 * the member as much again (docs/decisions/etcd-client.md).
 */
import type { OutgoingHttpHeaders } from "node:http2";
import { oneExchange, type Exchange } from "./exchange.ts";
import { grpcMessage, readReply } from "./grpc.ts";
import { openLink, type Link, type LinkOptions } from "./link.ts";
import { encode, type Message } from "./message.ts";
import type { Reply } from "./reply.ts";
import type { Rpc } from "./rpc.ts";

/** Connections to one member. Disposing closes them; calls under way end as `closed`. */
export interface Channel extends Disposable {
  /** Calls once; waits at most `timeoutMs` for the whole answer. Never throws because of the member, never retries. */
  call(rpc: Rpc, request: Message, timeoutMs: number): Promise<Reply>;
  /** Gets the text at `path` of the member's HTTP server, once; null for anything but a whole answer with the status 200 in time. */
  page(path: string, timeoutMs: number): Promise<string | null>;
}

/** The headers of a call. */
export function grpcHeaders(path: string): OutgoingHttpHeaders {
  return { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
}

/** A link and what is known of its life. */
interface Used {
  readonly link: Link;
  /** When it last gave a sign of life, on this thread's clock; at first, when it was opened. */
  heardAtMs: number;
  callsUnderWay: number;
  /** No new call goes this way; it closes with its last one. */
  retired: boolean;
}

/** Opens nothing yet: the first call makes a connection. */
export function openChannel(options: LinkOptions): Channel {
  const links = new Set<Used>();
  let current: Used | null = null;
  let closed = false;

  const usable = (): Used => {
    if (current !== null && !current.retired && current.link.accepts()) return current;
    const link = openLink(options, () => links.delete(used));
    const used: Used = { link, heardAtMs: performance.now(), callsUnderWay: 0, retired: false };
    links.add(used);
    return (current = used);
  };
  /**
   * A connection that stays silent while a call waits for its whole time-out may be dead without anybody having said so
   * (packets dropped): the next calls take a new one, so that a member that is back is not missed for longer than that.
   */
  const retire = (used: Used): void => {
    used.retired = true;
    if (used.callsUnderWay === 0) used.link[Symbol.dispose]();
  };
  const exchange = async (headers: OutgoingHttpHeaders, body: Uint8Array, timeoutMs: number): Promise<Exchange> => {
    if (closed) return { kind: "closed" };
    const used = usable();
    used.callsUnderWay++;
    const sentAtMs = performance.now();
    const came = await oneExchange(used.link, { headers, body, whole: true }, timeoutMs);
    used.callsUnderWay--;
    if (came.kind === "whole") used.heardAtMs = performance.now();
    if (used.retired || (came.kind === "deadline" && used.heardAtMs <= sentAtMs)) retire(used);
    return closed && came.kind === "failure" ? { kind: "closed" } : came;
  };
  return {
    call: async (rpc, request, timeoutMs) => {
      const came = await exchange(grpcHeaders(rpc.path), grpcMessage(encode(rpc.request, request)), timeoutMs);
      return came.kind === "whole" ? readReply(came, rpc.response) : came;
    },
    page: async (path, timeoutMs) => {
      const came = await exchange({ ":path": path }, Buffer.alloc(0), timeoutMs);
      return came.kind === "whole" && came.status === 200 ? came.body.toString("utf8") : null;
    },
    [Symbol.dispose]: () => {
      closed = true;
      for (const { link } of links) link[Symbol.dispose]();
    },
  };
}
