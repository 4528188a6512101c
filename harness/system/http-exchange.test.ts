/** The ways in which a call can go wrong, each by a server that goes wrong in that way. */
import { once } from "node:events";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, createSecureContext, type TLSSocket } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { makeCertificates } from "./etcd/certificates.ts";
import { openHttp, type HttpExchange, type HttpRequest } from "./http-exchange.ts";

const certificates = await makeCertificates({ runId: "test", nodes: [{ name: "n1", address: "127.0.0.1" }] });
const credentials = createSecureContext({
  ca: certificates.authority.certificate,
  cert: certificates.client.certificate,
  key: certificates.client.key,
});
const member = certificates.members["n1"];

const open: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    server.close();
    for (const socket of sockets) socket.destroy();
    if (server.listening) await once(server, "close");
  }
});

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => undefined)));
  open.push({ server, sockets });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A TLS server with the member's certificate that does `serve` with each connection that has sent something. */
async function memberThat(serve: (socket: TLSSocket) => void): Promise<string> {
  const server = createTlsServer(
    { cert: member?.certificate, key: member?.key, ca: certificates.authority.certificate, requestCert: true },
    (socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => serve(socket));
    },
  );
  return listening(server);
}

const ASKED: HttpRequest = { method: "POST", path: "/key", body: "value" };

async function callTo(clientUrl: string, timeoutMs = 10_000): Promise<HttpExchange> {
  using connections = openHttp(clientUrl, credentials);
  return await connections.exchange(ASKED, timeoutMs);
}

const answer = (body: string, length = body.length): string =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n${body}`;

describe("a call", () => {
  test("nobody listens", async () => {
    const server = createTcpServer();
    const url = await listening(server);
    server.close();
    await once(server, "close");
    expect(await callTo(url)).toEqual({ kind: "failure", stage: "connecting", code: "ECONNREFUSED" });
  });

  test("the connection is dropped in the handshake", async () => {
    const url = await listening(createTcpServer((socket) => socket.once("data", () => socket.resetAndDestroy())));
    expect(await callTo(url)).toEqual({ kind: "failure", stage: "handshake", code: "ECONNRESET" });
  });

  test("the server is of another authority", async () => {
    const other = (await makeCertificates({ runId: "other", nodes: [{ name: "n1", address: "127.0.0.1" }] })).members[
      "n1"
    ];
    const url = await listening(createTlsServer({ cert: other?.certificate, key: other?.key }));
    expect(await callTo(url)).toMatchObject({ kind: "failure", stage: "handshake" });
  });

  test("the connection is dropped after the request was sent", async () => {
    const url = await memberThat((socket) => socket.destroy());
    expect(await callTo(url)).toEqual({ kind: "failure", stage: "sent", code: "ECONNRESET" });
  });

  test("the connection is dropped within the answer", async () => {
    const url = await memberThat((socket) => socket.end(answer("{}", 100)));
    expect(await callTo(url)).toMatchObject({ kind: "failure", stage: "sent" });
  });

  test("an idle connection that the server has closed counts as sent: nobody can tell what arrived", async () => {
    let served = 0;
    const url = await memberThat((socket) => (served++ === 0 ? socket.write(answer("{}")) : socket.destroy()));
    using connections = openHttp(url, credentials);
    expect(await connections.exchange(ASKED, 10_000)).toMatchObject({ kind: "whole" });
    expect(await connections.exchange(ASKED, 10_000)).toEqual({ kind: "failure", stage: "sent", code: "ECONNRESET" });
  });

  test("nothing comes within the deadline", async () => {
    expect(await callTo(await memberThat(() => undefined), 50)).toEqual({ kind: "deadline" });
  });

  test("the handshake does not end within the deadline", async () => {
    expect(await callTo(await listening(createTcpServer()), 50)).toEqual({ kind: "deadline" });
  });

  test("only a part comes within the deadline", async () => {
    const url = await memberThat((socket) => socket.write(answer("{}", 100)));
    expect(await callTo(url, 200)).toEqual({ kind: "deadline" });
  });

  test("our side closes it", async () => {
    const closing = Promise.withResolvers<void>();
    const url = await memberThat(() => closing.resolve());
    const connections = openHttp(url, credentials);
    const reply = connections.exchange(ASKED, 10_000);
    await closing.promise;
    connections[Symbol.dispose]();
    expect(await reply).toEqual({ kind: "closed" });
    expect(await connections.exchange(ASKED, 10_000)).toEqual({ kind: "closed" });
  });

  test("a whole answer, and the next one on the same connection", async () => {
    let made = 0;
    const server = await memberThat((socket) => socket.write(answer('{"a":"1"}')));
    open.at(-1)?.server.on("secureConnection", () => made++);
    using connections = openHttp(server, credentials);
    for (let turn = 0; turn < 3; turn++) {
      expect(await connections.exchange(ASKED, 10_000)).toEqual({ kind: "whole", status: 200, text: '{"a":"1"}' });
    }
    expect(made).toBe(1);
  });
});
