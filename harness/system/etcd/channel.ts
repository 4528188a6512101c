/**
 * A channel to one member: etcd's own calls (gRPC over HTTP/2), one call one attempt, all on one connection that no other channel
 * shares (http2/connections.ts).
 * Not its business: what a reply means for a write (outcome.ts).
 *
 * etcd serves gRPC and plain HTTP on one TLS port and tells them apart by content type (server/embed/serve.go,
 * grpcHandlerFunc); it allows any number of streams. Its JSON gateway calls the same gRPC server once more over TLS, which costs
 * the member as much again (docs/decisions/etcd-client.md).
 */
import type { OutgoingHttpHeaders } from "node:http2";
import { openConnections } from "../http2/connections.ts";
import type { LinkOptions } from "../http2/link.ts";
import { grpcMessage, readReply } from "./grpc.ts";
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

/** Opens nothing yet: the first call makes a connection. */
export function openChannel(options: LinkOptions): Channel {
  const connections = openConnections(options);
  return {
    call: async (rpc, request, timeoutMs) => {
      const body = grpcMessage(encode(rpc.request, request));
      const came = await connections.exchange({ headers: grpcHeaders(rpc.path), body }, timeoutMs);
      return came.kind === "whole" ? readReply(came, rpc.response) : came;
    },
    page: async (path, timeoutMs) => {
      const came = await connections.exchange({ headers: { ":path": path }, body: Buffer.alloc(0) }, timeoutMs);
      return came.kind === "whole" && came.status === 200 ? came.body.toString("utf8") : null;
    },
    [Symbol.dispose]: () => connections[Symbol.dispose](),
  };
}
