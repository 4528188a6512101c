/** How late an answer may be heard, on a real loop that stands still. */
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { oneExchange } from "./exchange.ts";
import type { Link } from "./link.ts";

const TIMEOUT_MS = 50;
/** Before the deadline is looked at, and then before the answer is: two turns of the loop. */
const FIRST_MS = 60;
const SECOND_MS = 20;

/** Keeps the processor: what a machine that gives it to others looks like from inside. */
function standStill(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
}

/** Both ends of a connection on loopback: what is written into one is there to be read at the other at once. */
async function connection(): Promise<readonly [Socket, Socket]> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const near = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [far] = await accepted;
  await once(near, "connect").catch(() => undefined);
  server.close();
  return [near, far];
}

test("one that has come when the time-out is looked at is heard, and may be late by two standstills", async () => {
  const [[other, toOther], [own, toOwn]] = await Promise.all([connection(), connection()]);
  const order: string[] = [];
  other.once("data", () => {
    standStill(SECOND_MS);
    order.push("second standstill");
  });
  const link: Link = {
    accepts: () => true,
    begin: (_request, listener) => {
      own.once("data", () => {
        order.push("answer");
        listener.ended();
      });
      return () => undefined;
    },
    [Symbol.dispose]: () => undefined,
  };
  setTimeout(() => {
    toOther.write("x");
    toOwn.write("x");
    standStill(FIRST_MS);
    order.push("first standstill");
  }, TIMEOUT_MS);
  // As the watch on the loop does it, in the same turn: what it is late by is one standstill, and its next look begins then.
  setTimeout(() => order.push("look"), TIMEOUT_MS);
  const came = await oneExchange(link, { headers: {}, body: Buffer.alloc(0), whole: true }, TIMEOUT_MS);
  for (const socket of [other, toOther, own, toOwn]) socket.destroy();

  expect(order).toEqual(["first standstill", "look", "second standstill", "answer"]);
  expect(came.kind).toBe("whole");
});
