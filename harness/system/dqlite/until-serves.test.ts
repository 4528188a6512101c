import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { systemClock } from "../../core/index.ts";
import { driveToEnd, manualClock } from "../../core/manual-clock.ts";
import { untilServes } from "./until-serves.ts";

const signal = new AbortController().signal;

test("a member serves from its first answer to a client on, whatever that says", async () => {
  let asked = 0;
  // The first ones find nobody behind the port.
  const server = createServer((request, response) => {
    asked++;
    if (asked < 3) request.socket.destroy();
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const clientUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await untilServes({ name: "n1", clientUrl }, { clock: systemClock(), signal });
  expect(asked).toBe(3);
  server.closeAllConnections();
  server.close();
});

test("one that never does is told so by its name", async () => {
  const clock = manualClock();
  const waiting = untilServes({ name: "n1", clientUrl: "http://127.0.0.1:1" }, { clock, signal });
  await expect(driveToEnd(clock, waiting)).rejects.toThrow("n1 does not listen for clients 30.00 s after its start");
});
