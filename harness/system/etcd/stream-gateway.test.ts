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
import { createSecureContext } from "node:tls";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { makeCertificates } from "./certificates.ts";
import type { Gateway } from "./gateway.ts";
import { openStreamGateway } from "./stream-gateway.ts";

const certificates = await makeCertificates({ runId: "test", nodes: [{ name: "n1", address: "127.0.0.1" }] });
const credentials = createSecureContext({
  ca: certificates.authority,
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
    ca: certificates.authority,
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

function gatewayTo(clientUrl: string): Gateway {
  const gateway = openStreamGateway({ clientUrl, credentials });
  opened.add(() => gateway[Symbol.dispose]());
  return gateway;
}

const answer = (stream: ServerHttp2Stream, body = '{"a":"1"}'): void => {
  stream.respond({ ":status": 200 });
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
    expect(await gatewayTo(url).call("/", {}, 10_000)).toEqual({
      kind: "failure",
      stage: "connecting",
      code: "ECONNREFUSED",
    });
  });

  test("the connection is dropped in the handshake", async () => {
    const url = await listening(createTcpServer((socket) => socket.once("data", () => socket.resetAndDestroy())));
    expect(await gatewayTo(url).call("/", {}, 10_000)).toEqual({
      kind: "failure",
      stage: "handshake",
      code: "ECONNRESET",
    });
  });

  test("the connection is dropped after the request was sent: nobody can tell what arrived", async () => {
    const { url } = await memberThat((stream) => stream.session?.destroy());
    expect(await gatewayTo(url).call("/", {}, 10_000)).toMatchObject({ kind: "failure", stage: "sent" });
  });

  test("the member resets the stream within its answer", async () => {
    const { url } = await memberThat((stream) => {
      stream.respond({ ":status": 200 });
      stream.write('{"a":', () => stream.destroy(new Error("planted")));
    });
    expect(await gatewayTo(url).call("/", {}, 10_000)).toMatchObject({ kind: "failure", stage: "sent" });
  });

  test.each(["", "OK", "[]", '{"header":'])("an answer that is no JSON object: %j", async (body) => {
    const { url } = await memberThat((stream) => answer(stream, body));
    expect(await gatewayTo(url).call("/", {}, 10_000)).toEqual({ kind: "unreadable", status: 200 });
  });

  test("our side closes it", async () => {
    const arrived = Promise.withResolvers<void>();
    const { url } = await memberThat(() => arrived.resolve());
    const gateway = gatewayTo(url);
    const reply = gateway.call("/", {}, 10_000);
    await arrived.promise;
    gateway[Symbol.dispose]();
    expect(await reply).toEqual({ kind: "closed" });
    expect(await gateway.call("/", {}, 10_000)).toEqual({ kind: "closed" });
  });
});

describe("a connection", () => {
  test("carries calls side by side: one that hangs holds up no other and costs no connection", async () => {
    const { url, sessions } = await memberThat((stream) => {
      stream.on("data", (body: Buffer) => (String(body).includes("hang") ? undefined : answer(stream)));
    });
    const gateway = gatewayTo(url);
    const hanging = Array.from({ length: 50 }, async () => gateway.call("/", { what: "hang" }, 200));
    expect(await gateway.call("/", {}, 10_000)).toEqual({ kind: "answer", status: 200, body: { a: "1" } });
    expect(new Set((await Promise.all(hanging)).map((reply) => reply.kind))).toEqual(new Set(["deadline"]));
    expect(sessions).toHaveLength(1);
  });

  test("that was silent for a whole time-out is not used again: it may be dead", async () => {
    let silent = true;
    const { url, sessions } = await memberThat((stream) => (silent ? undefined : answer(stream)));
    const gateway = gatewayTo(url);
    expect(await gateway.call("/", {}, 50)).toEqual({ kind: "deadline" });
    silent = false;
    expect(await gateway.call("/", {}, 10_000)).toMatchObject({ kind: "answer" });
    expect(sessions).toHaveLength(2);
  });

  test("whose handshake does not end is given up too", async () => {
    const gateway = gatewayTo(await listening(createTcpServer()));
    expect(await gateway.call("/", {}, 50)).toEqual({ kind: "deadline" });
  });

  test("that is never made is gone when the client is closed", async () => {
    const gateway = gatewayTo(await full());
    const connecting = (): number => process.getActiveResourcesInfo().filter((one) => one === "ConnectWrap").length;
    expect(await gateway.call("/", {}, 50)).toEqual({ kind: "deadline" });
    const before = connecting();
    gateway[Symbol.dispose]();
    for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
    expect(connecting()).toBe(before - 1);
  });

  test("that the member has closed is replaced", async () => {
    const { url, sessions } = await memberThat(answer);
    const gateway = gatewayTo(url);
    expect(await gateway.call("/", {}, 10_000)).toMatchObject({ kind: "answer" });
    const [first] = sessions;
    first?.close();
    if (first !== undefined) await once(first, "close");
    expect(await gateway.call("/", {}, 10_000)).toMatchObject({ kind: "answer" });
    expect(sessions).toHaveLength(2);
  });
});

test("an answer that came in time is one, though this loop was too late to see it in time", async () => {
  const { url } = await memberThat(answer);
  const gateway = gatewayTo(url);
  await gateway.call("/", {}, 10_000);
  const server = gateway.call("/", {}, 20);
  await new Promise((resolve) => setImmediate(resolve));
  // The server is of this process, and answers in the same rounds: stand still only after it has.
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
  const until = performance.now() + 50;
  while (performance.now() < until);
  expect(await server).toMatchObject({ kind: "answer" });
});
