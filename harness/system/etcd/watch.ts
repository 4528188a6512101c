/**
 * One watch through one member: a call whose answer does not end, on a connection of its own.
 *
 * It requires a leader (the metadata `hasleader`), as etcdctl and a Kubernetes API server do: a member that has had none for some election
 * time-outs ends it and says so (etcd, server/etcdserver/api/v3rpc/interceptor.go, monitorLeader). One that does not
 * require it hangs in silence at a member that is cut off, and makes that member's orderly stop seven seconds longer.
 * Not its business: opening again (workload/watchers.ts).
 */
import type { WatchEnd, WatchMessage, WatchOptions } from "../watches.ts";
import { grpcHeaders } from "./channel.ts";
import { errorIn, grpcMessage, messageReader } from "./grpc.ts";
import { afterPrefix } from "./held.ts";
import { openLink, type LinkOptions } from "../http2/link.ts";
import { Mailbox } from "../mailbox.ts";
import { encode, type Message } from "./message.ts";
import { RPC } from "./rpc.ts";
import { readWatchMessage } from "./watch-messages.ts";

/** What comes on the stream: its messages, and at last why there are no more. A message that cannot be read is null. */
type Heard = { readonly message: Message | null } | { readonly over: string };

/** Opens the watch and tells what comes; see `Watches.open`. */
export async function* openWatch(
  options: LinkOptions,
  { prefix, fromRevision, openWithinMs, signal }: WatchOptions,
): AsyncGenerator<WatchMessage, WatchEnd> {
  if (signal.aborted) return { kind: "not-opened", reason: "client-closed" };
  const heard = new Mailbox<Heard>();
  const over = (reason: string): void => heard.put({ over: reason });
  const create = {
    key: Buffer.from(prefix, "utf8"),
    range_end: afterPrefix(Buffer.from(prefix, "utf8")),
    ...(fromRevision === null ? {} : { start_revision: fromRevision }),
  };
  const headers = { ...grpcHeaders(RPC.watch.path), hasleader: "true" };
  const body = grpcMessage(encode(RPC.watch.request, { create_request: create }));
  const messagesIn = messageReader(RPC.watch.response);
  let ending: string | null = null;
  let opened = false;
  const deadline = setTimeout(() => over("deadline"), openWithinMs);
  const stop = (): void => over("client-closed");
  signal.addEventListener("abort", stop, { once: true });
  const broken = (reason: string): WatchEnd => {
    if (signal.aborted) return opened ? { kind: "ended" } : { kind: "not-opened", reason: "client-closed" };
    return { kind: opened ? "lost" : "not-opened", reason };
  };
  using link = openLink(options, () => undefined);
  // Not whole: the member ends a watch whose client has nothing more to say.
  link.begin(
    { headers, body, whole: false },
    {
      headers: (told) => (ending = errorIn(told)?.message ?? null),
      data: (part) => {
        for (const message of messagesIn(part)) heard.put({ message });
      },
      ended: () => over(ending ?? "the stream ended"),
      failed: ({ code }) => over(code),
    },
  );
  try {
    for (;;) {
      const next = await heard.take();
      if ("over" in next) return broken(next.over);
      const answer = next.message === null ? null : readWatchMessage(next.message);
      if (answer === null) return broken("a message that cannot be read");
      if (answer.created && !answer.cancelled) {
        opened = true;
        clearTimeout(deadline);
        yield { kind: "created", revision: answer.revision };
      }
      if (answer.events.length > 0) yield { kind: "events", events: answer.events };
      if (answer.cancelled) {
        const { cancelReason: reason, compactRevision } = answer;
        return opened ? { kind: "cancelled", reason, compactRevision } : { kind: "not-opened", reason };
      }
    }
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener("abort", stop);
  }
}
