/** The ways in which a server of the API can go wrong, each by a server that goes wrong in that way. */
import { once } from "node:events";
import { createSecureServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { createSecureContext } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { makeAuthority } from "../authority.ts";
import type { LinkOptions } from "../http2/link.ts";
import type { WatchEnd, WatchMessage } from "../watches.ts";
import { openApi } from "./api.ts";
import { objectClient } from "./client.ts";
import { leaseObjectClient } from "./lease-client.ts";
import { openObjectWatch } from "./watch.ts";

const authority = await makeAuthority("test");
const own = await authority.issue({ name: "server", addresses: ["127.0.0.1"], usages: ["server"] });
const credentials = createSecureContext({ ca: authority.certificate });

const opened = new Set<() => void>();
afterEach(() => {
  for (const close of opened) close();
  opened.clear();
});

/** What was asked for: method, path and content type. */
type Asked = readonly [method: string, path: string, type: string | undefined];

/** A server that does `serve` with each request, and what it was asked for. */
async function serverThat(
  serve: (stream: ServerHttp2Stream) => void,
): Promise<{ readonly link: LinkOptions; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createSecureServer({ cert: own.certificate, key: own.key });
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => undefined)));
  server.on("session", (session) => session.on("error", () => undefined));
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    asked.push([String(headers[":method"]), String(headers[":path"]), headers["content-type"]]);
    serve(stream);
  });
  opened.add(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { link: { clientUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, credentials }, asked };
}

const says =
  (status: number, text: string, type = "application/json") =>
  (stream: ServerHttp2Stream): void => {
    stream.respond({ ":status": status, "content-type": type });
    stream.end(text);
  };
const KEY = "drillbook/key/c1/0000001";
const PATH = "/api/v1/namespaces/default/podtemplates/drillbook.key.c1.0000001";
const OBJECT = JSON.stringify({ kind: "PodTemplate", metadata: { name: "x", resourceVersion: "7" } });
const silent = (): void => undefined;

describe("a call", () => {
  test("is one request, of the kind that the API takes for it", async () => {
    const { asked, link } = await serverThat(says(200, OBJECT));
    await using client = objectClient(openApi(link), 5000);
    expect((await client.put(KEY, "v")).revision).toBe("7");
    expect((await client.delete(KEY)).revision).toBe("7");
    expect((await client.get(KEY)).revision).toBe("7");
    expect((await client.getLocal(KEY)).revision).toBe("7");
    expect(asked).toEqual([
      ["PATCH", `${PATH}?fieldManager=drillbook&force=true`, "application/apply-patch+yaml"],
      ["DELETE", PATH, "application/json"],
      ["GET", PATH, undefined],
      ["GET", `${PATH}?resourceVersion=0`, undefined],
    ]);
  });

  test("about a Lease is one request, too", async () => {
    const lease = { kind: "Lease", metadata: { name: "x", uid: "u", resourceVersion: "7" } };
    const { asked, link } = await serverThat(says(200, JSON.stringify(lease)));
    await using client = leaseObjectClient(openApi(link), 5000);
    const object = { holder: "a", term: 0, renewedAtUnixMs: 1, ttlMs: 3000 };
    const { found } = await client.write("x", object, null);
    await client.write("x", object, found);
    await client.read("x");
    const path = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    expect(asked).toEqual([
      ["POST", path, "application/json"],
      ["PUT", `${path}/x`, "application/json"],
      ["GET", `${path}/x`, undefined],
    ]);
  });

  test.each<readonly [string, (stream: ServerHttp2Stream) => void, string]>([
    ["a page of somebody else", says(200, "<html>", "text/html"), "unreadable-answer"],
    ["half an object", says(200, OBJECT.slice(0, 20)), "unreadable-answer"],
    ["an error without a word", says(503, ""), "unreadable-answer"],
    [
      "what etcd says",
      says(500, JSON.stringify({ kind: "Status", message: "etcdserver: leader changed" })),
      "server-error",
    ],
    ["nothing", silent, "deadline"],
    ["a reset", (stream) => stream.close(2), "connection-lost"],
    ["the end of the connection", (stream) => stream.session?.destroy(), "reset"],
  ])("that is answered by %s is tried once, and nobody knows what came of it", async (_, serve, reason) => {
    const { asked, link } = await serverThat(serve);
    await using client = objectClient(openApi(link), 500);
    expect(await client.put(KEY, "v")).toEqual({ outcome: "unknown", revision: null, value: null, reason });
    expect(asked).toHaveLength(1);
  });
});

describe("a watch", () => {
  const line = (revision: number): string =>
    `${JSON.stringify({ type: "ADDED", object: { metadata: { name: "drillbook.key.a", resourceVersion: String(revision) } } })}\n`;

  /** Everything that a watch from revision 5 on tells of a server. */
  const toldBy = async (serve: (stream: ServerHttp2Stream) => void): Promise<readonly (WatchMessage | WatchEnd)[]> => {
    const { asked, link } = await serverThat(serve);
    using api = openApi(link);
    const { signal } = new AbortController();
    const watch = openObjectWatch(link, api, {
      prefix: "drillbook/key/",
      fromRevision: "5",
      openWithinMs: 500,
      signal,
    });
    const told: (WatchMessage | WatchEnd)[] = [];
    for (;;) {
      const next = await watch.next();
      told.push(next.value);
      if (next.done !== true) continue;
      expect(asked.map(([, path]) => path)).toEqual([
        `${PATH.slice(0, PATH.lastIndexOf("/"))}?watch=true&resourceVersion=4`,
      ]);
      return told;
    }
  };
  const CREATED = { kind: "created", revision: null };
  const event = (revision: string): WatchMessage => ({
    kind: "events",
    events: [{ op: "put", key: "drillbook/key/a", revision }],
  });

  test.each<readonly [string, (stream: ServerHttp2Stream) => void, readonly unknown[]]>([
    ["says nothing", silent, [{ kind: "not-opened", reason: "deadline" }]],
    ["refuses it", says(403, "{}"), [{ kind: "not-opened", reason: "the status 403" }]],
    ["ends it", says(200, line(5)), [CREATED, event("5"), { kind: "lost", reason: "the stream ended" }]],
    [
      "says what nobody can read",
      says(200, `${line(5)}{"type":\n${line(6)}`),
      [CREATED, event("5"), { kind: "lost", reason: "a line that cannot be read" }],
    ],
    [
      "breaks off",
      (stream) => {
        stream.respond({ ":status": 200 });
        stream.write(line(5) + line(6).slice(0, 10), () => stream.close(2));
      },
      [CREATED, event("5"), { kind: "lost", reason: expect.any(String) }],
    ],
  ])("at a server that %s is told so", async (_, serve, told) => {
    expect(await toldBy(serve)).toEqual(told);
  });
});
