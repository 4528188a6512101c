/** The ways in which a call on a shared connection can go wrong, each by a server that goes wrong in that way. */
import { once } from "node:events";
import {
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import {
  connect as connectTcp,
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { createSecureContext, createServer as createTlsServer } from "node:tls";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { makeCertificates } from "./certificates.ts";
import { openChannel, type Channel } from "./channel.ts";
import { grpcMessage } from "./grpc.ts";
import { encode } from "./message.ts";
import type { Reply } from "./reply.ts";
import { RPC } from "./rpc.ts";

const certificates = await makeCertificates({ runId: "test", nodes: [{ name: "n1", address: "127.0.0.1" }] });
const credentials = createSecureContext({
  ca: certificates.authority.certificate,
  cert: certificates.client.certificate,
  key: certificates.client.key,
});
const member = certificates.members["n1"];

const opened = new Set<() => void>();
afterEach(() => {
  for (const close of opened) close();
  opened.clear();
});

async function listening(server: Server | Http2SecureServer): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => undefined)));
  opened.add(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A member that does `serve` with each stream, and the connections it has had. */
async function memberThat(
  serve: (stream: ServerHttp2Stream) => void,
): Promise<{ readonly url: string; readonly sessions: readonly ServerHttp2Session[] }> {
  const sessions: ServerHttp2Session[] = [];
  const server = createSecureServer({
    cert: member?.certificate,
    key: member?.key,
    ca: certificates.authority.certificate,
    requestCert: true,
  });
  server.on("session", (session) => {
    session.on("error", () => undefined);
    sessions.push(session);
  });
  server.on("stream", (stream) => {
    stream.on("error", () => undefined);
    serve(stream);
  });
  return { url: await listening(server), sessions };
}

function channelTo(clientUrl: string): Channel {
  const channel = openChannel({ clientUrl, credentials });
  opened.add(() => channel[Symbol.dispose]());
  return channel;
}

/** One put. */
const put = async (channel: Channel, timeoutMs = 10_000, key = "k"): Promise<Reply> =>
  channel.call(RPC.put, { key: Buffer.from(key) }, timeoutMs);

const ANSWER = { header: { cluster_id: "18446744073709551615", member_id: "2", revision: "9007199254740993" } };
const MESSAGE = grpcMessage(encode(RPC.put.response, ANSWER));

const answer = (stream: ServerHttp2Stream, body: Buffer = MESSAGE, trailers: object = { "grpc-status": "0" }): void => {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ ...trailers }));
  stream.end(body);
};

/** More than the queue of `full` holds. */
const FILLERS = 4;

/** A member that listens, takes no connection, and has no room left for one to wait in: it is like one behind a network that drops packets. */
async function full(): Promise<string> {
  const listener = new Worker(
    `const server = require("node:net").createServer();
     server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
       require("node:worker_threads").parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
     });`,
    { eval: true },
  );
  opened.add(() => void listener.terminate());
  const [port] = (await once(listener, "message")) as [number];
  for (let n = 0; n < FILLERS; n++) {
    const filler = connectTcp(port, "127.0.0.1").on("error", () => undefined);
    opened.add(() => filler.destroy());
  }
  return `https://127.0.0.1:${port}`;
}

describe("a call", () => {
  test("nobody listens", async () => {
    const server = createTcpServer();
    const url = await listening(server);
    server.close();
    await once(server, "close");
    expect(await put(channelTo(url))).toEqual({
      kind: "failure",
      stage: "connecting",
      code: "ECONNREFUSED",
    });
  });

  test("the connection is dropped in the handshake", async () => {
    const url = await listening(createTcpServer((socket) => socket.once("data", () => socket.resetAndDestroy())));
    expect(await put(channelTo(url))).toEqual({
      kind: "failure",
      stage: "handshake",
      code: "ECONNRESET",
    });
  });

  test("the connection is dropped after the request was sent: nobody can tell what arrived", async () => {
    const { url } = await memberThat((stream) => stream.session?.destroy());
    expect(await put(channelTo(url))).toMatchObject({ kind: "failure", stage: "sent" });
  });

  test("the member resets the stream within its answer", async () => {
    const { url } = await memberThat((stream) => {
      stream.respond({ ":status": 200 });
      stream.write(MESSAGE, () => stream.destroy(new Error("planted")));
    });
    expect(await put(channelTo(url))).toMatchObject({ kind: "failure", stage: "sent" });
  });

  test.each<readonly [string, (stream: ServerHttp2Stream) => void, number]>([
    ["is no message", (stream) => answer(stream, Buffer.alloc(0)), 200],
    ["is a message that is cut", (stream) => answer(stream, MESSAGE.subarray(0, -1)), 200],
    ["is two messages", (stream) => answer(stream, Buffer.concat([MESSAGE, MESSAGE])), 200],
    ["is compressed", (stream) => answer(stream, Buffer.concat([Buffer.of(1), MESSAGE.subarray(1)])), 200],
    ["is no message of this kind", (stream) => answer(stream, grpcMessage(Buffer.of(0x0a, 0x05))), 200],
    ["has no status of gRPC", (stream) => answer(stream, MESSAGE, {}), 200],
    ["has a status that is no number", (stream) => answer(stream, MESSAGE, { "grpc-status": "OK" }), 200],
    [
      "is a page",
      (stream) => {
        stream.respond({ ":status": 404 });
        stream.end("404 page not found");
      },
      404,
    ],
  ])("an answer that %s is none", async (_what, serve, status) => {
    const { url } = await memberThat(serve);
    expect(await put(channelTo(url))).toEqual({ kind: "unreadable", status });
  });

  test("a whole answer, and one that says no, with words of any kind", async () => {
    const { url } = await memberThat((stream) => answer(stream));
    expect(await put(channelTo(url))).toEqual({ kind: "answer", body: ANSWER });
    const message = "etcdserver: ä % too many";
    const trailers = { "grpc-status": "8", "grpc-message": encodeURIComponent(message) };
    const busy = await memberThat((stream) => answer(stream, Buffer.alloc(0), trailers));
    expect(await put(channelTo(busy.url))).toEqual({ kind: "error", code: 8, message });
    const early = await memberThat((stream) =>
      stream.respond({ ":status": 200, "grpc-status": "14", "grpc-message": "100%" }, { endStream: true }),
    );
    expect(await put(channelTo(early.url))).toEqual({ kind: "error", code: 14, message: "100%" });
  });

  test("the member is of another authority: nothing was sent", async () => {
    const others = await makeCertificates({ runId: "other", nodes: [{ name: "n1", address: "127.0.0.1" }] });
    const other = others.members["n1"];
    const url = await listening(createSecureServer({ cert: other?.certificate, key: other?.key }));
    expect(await put(channelTo(url))).toMatchObject({ kind: "failure", stage: "handshake" });
  });

  test("the member does not speak HTTP/2: nothing was sent", async () => {
    const server = createTlsServer({ cert: member?.certificate, key: member?.key });
    expect(await put(channelTo(await listening(server)))).toEqual({
      kind: "failure",
      stage: "handshake",
      code: "ERR_ALPN",
    });
  });

  test("only a part of the answer comes in time", async () => {
    const { url } = await memberThat((stream) => {
      stream.respond({ ":status": 200 });
      stream.write(MESSAGE);
    });
    expect(await put(channelTo(url), 200)).toEqual({ kind: "deadline" });
  });

  test("our side closes it", async () => {
    const arrived = Promise.withResolvers<void>();
    const { url } = await memberThat(() => arrived.resolve());
    const channel = channelTo(url);
    const reply = put(channel);
    await arrived.promise;
    channel[Symbol.dispose]();
    expect(await reply).toEqual({ kind: "closed" });
    expect(await put(channel)).toEqual({ kind: "closed" });
  });
});

describe("a connection", () => {
  test("carries calls side by side: one that hangs holds up no other and costs no connection", async () => {
    const { url, sessions } = await memberThat((stream) => {
      stream.on("data", (body: Buffer) => (body.includes("hang") ? undefined : answer(stream)));
    });
    const channel = channelTo(url);
    const hanging = Array.from({ length: 50 }, async () => put(channel, 200, "hang"));
    expect(await put(channel)).toEqual({ kind: "answer", body: ANSWER });
    expect(new Set((await Promise.all(hanging)).map((reply) => reply.kind))).toEqual(new Set(["deadline"]));
    expect(sessions).toHaveLength(1);
  });

  test("that was silent for a whole time-out is not used again: it may be dead", async () => {
    let silent = true;
    const { url, sessions } = await memberThat((stream) => (silent ? undefined : answer(stream)));
    const channel = channelTo(url);
    expect(await put(channel, 500)).toEqual({ kind: "deadline" });
    silent = false;
    expect(await put(channel)).toMatchObject({ kind: "answer" });
    expect(sessions).toHaveLength(2);
  });

  test("whose handshake does not end is given up too", async () => {
    const channel = channelTo(await listening(createTcpServer()));
    expect(await put(channel, 50)).toEqual({ kind: "deadline" });
  });

  test("that is never made is gone when the client is closed", async () => {
    const channel = channelTo(await full());
    const connecting = (): number => process.getActiveResourcesInfo().filter((one) => one === "ConnectWrap").length;
    expect(await put(channel, 50)).toEqual({ kind: "deadline" });
    const before = connecting();
    channel[Symbol.dispose]();
    for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
    expect(connecting()).toBe(before - 1);
  });

  test("that the member has closed is replaced", async () => {
    const { url, sessions } = await memberThat(answer);
    const channel = channelTo(url);
    expect(await put(channel)).toMatchObject({ kind: "answer" });
    const [first] = sessions;
    first?.close();
    if (first !== undefined) await once(first, "close");
    expect(await put(channel)).toMatchObject({ kind: "answer" });
    expect(sessions).toHaveLength(2);
  });
});

test("an answer that came in time is one, though this loop was too late to see it in time", async () => {
  const { url } = await memberThat(answer);
  const channel = channelTo(url);
  await put(channel);
  const server = put(channel, 20);
  await new Promise((resolve) => setImmediate(resolve));
  // The server is of this process, and answers in the same rounds: stand still only after it has.
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
  const until = performance.now() + 50;
  while (performance.now() < until);
  expect(await server).toMatchObject({ kind: "answer" });
});

test("a page is text, and only with the status 200", async () => {
  const { url } = await memberThat((stream) => {
    stream.respond({ ":status": 200 });
    stream.end("etcd_server_quota_backend_bytes 1\n");
  });
  expect(await channelTo(url).page("/metrics", 10_000)).toBe("etcd_server_quota_backend_bytes 1\n");
  const missing = await memberThat((stream) => {
    stream.respond({ ":status": 404 });
    stream.end("no");
  });
  expect(await channelTo(missing.url).page("/metrics", 10_000)).toBeNull();
});
