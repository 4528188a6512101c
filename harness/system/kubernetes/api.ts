/**
 * The API of Kubernetes through one of its servers, by the project's own client, and one call is one attempt: what that client sends goes
 * over connections of the harness's (http2/connections.ts), which say how far a call that failed had come and close one stream of a call
 * that is given up. Not its business: what is asked (client.ts), and what an answer means for a write (outcome.ts).
 */
import {
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
  type RequestContext,
} from "@kubernetes/client-node";
import { openConnections } from "../http2/connections.ts";
import type { Exchange, WholeAnswer } from "../http2/exchange.ts";
import type { LinkOptions, LinkRequest } from "../http2/link.ts";
import { readRefusal, type Reply } from "./reply.ts";

/** Connections to one server. Disposing closes them; calls under way end as `closed`. */
export interface Api extends Disposable {
  /** Calls once; waits at most `timeoutMs` for the whole answer. Never throws because of the server, never retries. */
  call<T>(
    ask: (core: CoreV1Api, coordination: CoordinationV1Api) => Promise<T>,
    options: CallOptions,
  ): Promise<Reply<T>>;
}

export interface CallOptions {
  readonly timeoutMs: number;
  /** What the client does not say of its own; default: nothing. */
  readonly contentType?: string;
  /** Parameters that the API takes and its description does not have; default: none. */
  readonly query?: Readonly<Record<string, string>>;
}

/** Opens nothing yet: the first call makes a connection. */
export function openApi(options: LinkOptions): Api {
  const connections = openConnections(options);
  const baseServer = new ServerConfiguration(options.clientUrl, {});
  return {
    call: async (ask, { contentType, query = {}, timeoutMs }) => {
      const sent: { came: Exchange | null } = { came: null };
      const send = async (request: RequestContext): Promise<ResponseContext> => {
        if (contentType !== undefined) request.setHeaderParam("Content-Type", contentType);
        for (const [name, value] of Object.entries(query)) request.setQueryParam(name, value);
        sent.came = await connections.exchange(linkRequest(request), timeoutMs);
        if (sent.came.kind !== "whole") throw new Error(`no whole answer: ${sent.came.kind}`);
        return response(sent.came);
      };
      try {
        const configuration = createConfiguration({ baseServer, httpApi: wrapHttpLibrary({ send }) });
        const body = await ask(new CoreV1Api(configuration), new CoordinationV1Api(configuration));
        return { kind: "answer", body };
      } catch (error) {
        // Whatever the client makes of an answer, the answer itself is at hand; before there is one only we can have failed.
        const { came } = sent;
        if (came === null) throw error;
        return came.kind === "whole" ? readRefusal(came) : came;
      }
    },
    [Symbol.dispose]: () => connections[Symbol.dispose](),
  };
}

function linkRequest(request: RequestContext): Omit<LinkRequest, "whole"> {
  const { pathname, search } = new URL(request.getUrl());
  const body = request.getBody();
  const own = Object.entries(request.getHeaders()).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    headers: { ":method": request.getHttpMethod(), ":path": pathname + search, ...Object.fromEntries(own) },
    body: Buffer.from(typeof body === "string" ? body : "", "utf8"),
  };
}

function response({ body, headers, status }: WholeAnswer): ResponseContext {
  const type = headers["content-type"] ?? "";
  return new ResponseContext(
    status,
    { "content-type": type },
    {
      text: async () => Promise.resolve(body.toString("utf8")),
      binary: async () => Promise.resolve(body),
      stream: () => null,
    },
  );
}
