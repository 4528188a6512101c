/**
 * How good the line of a machine is, measured at both of its ends: datagrams that this computer sends and the machine's kernel counts, and
 * bytes that the machine sends and this computer counts. It knows neither queues nor filters.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Node } from "../substrate/index.ts";

/** What is measured, and what ends it. */
export interface Line {
  readonly machine: Pick<Node, "address" | "name" | "openSession">;
  readonly signal: AbortSignal;
}

/** The port of the service that takes and says nothing (RFC 863); nobody listens there, and the kernel counts what comes for it. */
const DISCARD = 9;
const DATAGRAMS = 200;
/** So many at once find room in every queue. */
const AT_ONCE = 20;
const PAUSE_MS = 2;
/** What is under way arrives meanwhile. */
const ARRIVES_WITHIN_MS = 200;
const BLOCK_WITHIN_MS = 15_000;

/** What the machine is to send. */
export interface Sending {
  readonly bytes: number;
  /** Where this computer is on the machine's network. */
  readonly harnessAddress: string;
  /** Counted from the connection. What has not come by then counts as not sent, and the time until then as used for the rest. */
  readonly withinMs: number;
}

/**
 * The share (0 to 1) of 200 datagrams to the machine that did not arrive.
 * @throws Error when the machine does not tell.
 */
export async function lostOf({ machine, signal }: Line): Promise<number> {
  const before = await datagramsAt(machine, signal);
  const socket = createSocket("udp4");
  try {
    for (let sent = 0; sent < DATAGRAMS; sent++) {
      socket.send("drillbook", DISCARD, machine.address);
      if (sent % AT_ONCE === 0) await delay(PAUSE_MS, undefined, { signal });
    }
    await delay(ARRIVES_WITHIN_MS, undefined, { signal });
  } finally {
    socket.close();
  }
  return 1 - ((await datagramsAt(machine, signal)) - before) / DATAGRAMS;
}

/**
 * How many bits a second come from the machine, when it sends so many bytes as fast as it can.
 * @throws Error when nothing comes.
 */
export async function rateOf({ machine, signal }: Line, { bytes, harnessAddress, withinMs }: Sending): Promise<number> {
  let received = 0;
  let firstMs = NaN;
  let lastMs = NaN;
  const connected = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    connected.resolve();
    socket.on("error", () => done.resolve());
    socket.on("data", (chunk) => {
      lastMs = performance.now();
      if (received === 0) firstMs = lastMs;
      received += chunk.length;
    });
    socket.on("close", () => done.resolve());
  });
  server.listen(0, harnessAddress);
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const sending = said(machine, `head -c ${bytes} /dev/zero >/dev/tcp/${harnessAddress}/${port}`, signal);
  try {
    // A busy machine takes its time to open a shell; that says nothing of the line.
    const enough = connected.promise.then(async () => delay(withinMs, undefined, { signal }));
    await Promise.race([done.promise, enough, sending.then(async () => done.promise)]);
    if (received === 0) throw new Error(`nothing came from ${machine.name}`);
    // What leaves at once before a queue is full says nothing of the rate, when the rest does not come.
    const untilMs = received < bytes ? performance.now() : lastMs;
    return (received * 8) / (Math.max(1, untilMs - firstMs) / 1000);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    // What was to be sent and was not waited for.
    await sending.catch(() => {});
  }
}

/** How many datagrams have come for a port at which nobody listens (`Udp: ... NoPorts`, /proc/net/snmp). */
async function datagramsAt(machine: Line["machine"], signal: AbortSignal): Promise<number> {
  const lines = (await said(machine, "cat /proc/net/snmp", signal))
    .split("\n")
    .filter((line) => line.startsWith("Udp:"));
  const [names = [], values = []] = lines.map((line) => line.trim().split(/\s+/));
  const count = Number(values[names.indexOf("NoPorts")]);
  if (!Number.isSafeInteger(count)) throw new Error(`${machine.name} does not tell how many datagrams came`);
  return count;
}

async function said(machine: Line["machine"], block: string, signal: AbortSignal): Promise<string> {
  await using shell = await machine.openSession({});
  let output = "";
  const { exitCode, status } = await shell.run(block, {
    timeoutMs: BLOCK_WITHIN_MS,
    signal,
    output: (chunk) => void (output += Buffer.from(chunk).toString()),
  });
  if (exitCode !== 0) throw new Error(`${block} on ${machine.name} came to ${status}, exit ${exitCode}: ${output}`);
  return output;
}
