/**
 * One watch through one member's JSON gateway: a call whose answer does not end, one JSON message a line.
 *
 * It asks for no leader (`hasleader`): like etcd's own client by default, it stays open at a member that has lost its
 * majority. Not its business: opening again (workload/watchers.ts).
 */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { WatchEnd, WatchMessage, WatchOptions } from "../watches.ts";
import { base64 } from "./client.ts";
import { codeOf, type GatewayOptions } from "./gateway.ts";
import { afterPrefix } from "./held.ts";
import { readWatchLine, type WatchLine } from "./watch-messages.ts";

/** Opens the watch and tells what comes; see `Watches.open`. */
export async function* openWatch(
  { clientUrl, credentials }: GatewayOptions,
  { prefix, fromRevision, openWithinMs, signal }: WatchOptions,
): AsyncGenerator<WatchMessage, WatchEnd> {
  if (signal.aborted) return { kind: "not-opened", reason: "client-closed" };
  const { hostname, port } = new URL(clientUrl);
  // An agent of its own: a stream takes its connection for good, and that must not be one that calls would wait for.
  const agent = new Agent({ keepAlive: false, secureContext: credentials });
  const create = {
    key: base64(prefix),
    range_end: afterPrefix(Buffer.from(prefix, "utf8")).toString("base64"),
    ...(fromRevision === null ? {} : { start_revision: fromRevision }),
  };
  const payload = JSON.stringify({ create_request: create });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
  const outgoing = request({ agent, hostname, port, path: "/v3/watch", method: "POST", headers });
  // Whatever fails is told by the reading below; a failure that comes later still must not end the process.
  outgoing.on("error", () => undefined);
  let opened = false;
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    outgoing.destroy();
  }, openWithinMs);
  const stop = (): void => void outgoing.destroy();
  signal.addEventListener("abort", stop, { once: true });
  const broken = (reason: string): WatchEnd => {
    if (signal.aborted) return opened ? { kind: "ended" } : { kind: "not-opened", reason: "client-closed" };
    return { kind: opened ? "lost" : "not-opened", reason };
  };
  try {
    const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
    outgoing.end(payload);
    const [response] = await answered;
    for await (const text of linesOf(response)) {
      const line = readWatchLine(text);
      if (line.kind !== "message") return broken(endOf(line));
      if (line.created && !line.cancelled) {
        opened = true;
        clearTimeout(deadline);
        yield { kind: "created", revision: line.revision };
      }
      if (line.events.length > 0) yield { kind: "events", events: line.events };
      if (line.cancelled) {
        const { compactRevision, cancelReason } = line;
        return opened
          ? { kind: "cancelled", reason: cancelReason, compactRevision }
          : { kind: "not-opened", reason: cancelReason };
      }
    }
    return broken("the stream ended");
  } catch (error) {
    return broken(late ? "deadline" : codeOf(error));
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener("abort", stop);
    outgoing.destroy();
    agent.destroy();
  }
}

function endOf(line: Exclude<WatchLine, { readonly kind: "message" }>): string {
  return line.kind === "error" ? line.message : "a message that cannot be read";
}

/** The lines of a body as they become whole. A last one without its newline counts too: an error answer is one. */
async function* linesOf(response: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield line;
  }
  if (rest.trim() !== "") yield rest;
}
