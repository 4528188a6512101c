/**
 * One watch of the objects through one API server: a call whose answer does not end, on a connection of its own.
 *
 * Not by the client's own `Watch`: it passes over what it cannot read, ends a watch that is silent for 30 s, and does not let itself be
 * ended before it is open, while what a watcher here leaves out is held against the page.
 * Not its business: opening again (workload/watchers.ts).
 */
import { Mailbox } from "../mailbox.ts";
import { openLink, type LinkOptions } from "../http2/link.ts";
import type { WatchEnd, WatchMessage, WatchOptions } from "../watches.ts";
import type { Api } from "./api.ts";
import { NAMESPACE, RESOURCE } from "./object.ts";
import { rowOf } from "./outcome.ts";
import { lineReader, readWatchLine } from "./watch-lines.ts";

/** What comes on the stream: that it is open, its lines, and at last why there are no more. */
type Heard = "open" | { readonly line: string } | { readonly over: string };

/** From where a watch is to be, and the server's revision where it was asked for that. */
type Start = { readonly from: string; readonly told: string | null } | { readonly reason: string };

/** Opens the watch and tells what comes; see `Watches.open`. */
export async function* openObjectWatch(
  link: LinkOptions,
  api: Api,
  { fromRevision, openWithinMs, prefix, signal }: WatchOptions,
): AsyncGenerator<WatchMessage, WatchEnd> {
  if (signal.aborted) return { kind: "not-opened", reason: "client-closed" };
  const untilMs = performance.now() + openWithinMs;
  const start = fromRevision === null ? await now(api, openWithinMs) : { from: fromRevision, told: null };
  if ("reason" in start) return { kind: "not-opened", reason: signal.aborted ? "client-closed" : start.reason };

  const heard = new Mailbox<Heard>();
  const over = (reason: string): void => heard.put({ over: reason });
  const linesIn = lineReader();
  let opened = false;
  const deadline = setTimeout(() => over("deadline"), Math.max(0, untilMs - performance.now()));
  const stop = (): void => over("client-closed");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  // A watch is told what comes after the revision that it names.
  const after = BigInt(start.from) - 1n;
  const path = `/api/v1/namespaces/${NAMESPACE}/${RESOURCE}?watch=true&resourceVersion=${after}`;
  using connection = openLink(link, () => undefined);
  connection.begin(
    { headers: { ":path": path, accept: "application/json" }, body: Buffer.alloc(0), whole: true },
    {
      headers: (told) => {
        const status = Number(told[":status"] ?? 200);
        if (status === 200) heard.put("open");
        else over(`the status ${status}`);
      },
      data: (part) => {
        for (const line of linesIn(part)) heard.put({ line });
      },
      ended: () => over("the stream ended"),
      failed: ({ code }) => over(code),
    },
  );
  const broken = (reason: string): WatchEnd => {
    if (signal.aborted) return opened ? { kind: "ended" } : { kind: "not-opened", reason: "client-closed" };
    return { kind: opened ? "lost" : "not-opened", reason };
  };
  try {
    for (;;) {
      const next = await heard.take();
      if (next === "open") {
        // Once before the data; trailers come with no status.
        if (!opened) yield { kind: "created", revision: start.told };
        opened = true;
        clearTimeout(deadline);
        continue;
      }
      if ("over" in next) return broken(next.over);
      const told = readWatchLine(next.line, start.from);
      if (told === null) return broken("a line that cannot be read");
      if ("end" in told) return told.end;
      if (told.event.key.startsWith(prefix)) yield { kind: "events", events: [told.event] };
    }
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener("abort", stop);
  }
}

/** From now on: a list tells the revision of the store, as for every client that lists and then watches. */
async function now(api: Api, timeoutMs: number): Promise<Start> {
  const reply = await api.call(async (core) => core.listNamespacedPodTemplate({ namespace: NAMESPACE, limit: 1 }), {
    timeoutMs,
  });
  const told = reply.kind === "answer" ? reply.body.metadata?.resourceVersion : undefined;
  if (told === undefined || !/^\d+$/.test(told)) return { reason: rowOf(reply).reason };
  return { from: String(BigInt(told) + 1n), told };
}
