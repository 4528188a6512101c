/**
 * Connections of HTTP/2 to one server: all requests on one, which nobody else shares. A request that is given up ends its stream
 * alone: fifty may hang at once in an outage and cost no handshake.
 */
import { oneExchange, type Exchange } from "./exchange.ts";
import { openLink, type Link, type LinkOptions, type LinkRequest } from "./link.ts";

/** Disposing closes them; exchanges under way end as `closed`. */
export interface Connections extends Disposable {
  /** Sends once, and waits at most `timeoutMs` for the whole answer. Never throws because of the server, never retries. */
  exchange(request: Omit<LinkRequest, "whole">, timeoutMs: number): Promise<Exchange>;
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

/** Opens nothing yet: the first exchange makes a connection. */
export function openConnections(options: LinkOptions): Connections {
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
   * (packets dropped): the next calls take a new one, so that a server that is back is not missed for longer than that.
   */
  const retire = (used: Used): void => {
    used.retired = true;
    if (used.callsUnderWay === 0) used.link[Symbol.dispose]();
  };
  return {
    exchange: async (request, timeoutMs) => {
      if (closed) return { kind: "closed" };
      const used = usable();
      used.callsUnderWay++;
      const sentAtMs = performance.now();
      const came = await oneExchange(used.link, { ...request, whole: true }, timeoutMs);
      used.callsUnderWay--;
      if (came.kind === "whole") used.heardAtMs = performance.now();
      if (used.retired || (came.kind === "deadline" && used.heardAtMs <= sentAtMs)) retire(used);
      return closed && came.kind === "failure" ? { kind: "closed" } : came;
    },
    [Symbol.dispose]: () => {
      closed = true;
      for (const { link } of links) link[Symbol.dispose]();
    },
  };
}
