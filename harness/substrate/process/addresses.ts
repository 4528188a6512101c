/**
 * Where the nodes of a run listen. In a network namespace of its own: the same addresses every run. On the machine's
 * loopback: chosen for the run and tried, so that two runs at once do not meet.
 */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { DrillError } from "../../core/index.ts";
import type { NodeAddress } from "../machines-copy.ts";

/** Gives each node, by its name, its address; the same name gets the same address again. */
export type AddressBook = (name: string, ports: Readonly<Record<string, number>>) => Promise<NodeAddress>;

/** How many loopback addresses are tried for one node. */
const TRIES = 50;

/** The addresses of one run. Nodes of a copy have theirs already. */
export function addressBook(
  isolation: "namespaces" | "loopback",
  copied: Iterable<readonly [name: string, address: NodeAddress]> = [],
): AddressBook {
  const given = new Map<string, NodeAddress>(copied);
  const portsGiven = new Set<number>();
  let nodes = given.size;
  // Not seeded: two runs of the same seed at once must not meet.
  let network = isolation === "namespaces" ? "127.0.50" : randomNetwork();
  return async (name, ports) => {
    const known = given.get(name);
    if (known !== undefined) return known;
    const last = ++nodes; // before anything is awaited: nodes may be made in parallel
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const address = `${network}.${last}`;
      const failure = await firstBusy(address, Object.values(ports));
      if (failure === null) return keep(name, { address, ports });
      if (failure === "EADDRNOTAVAIL")
        return keep(name, { address: "127.0.0.1", ports: await freePorts(ports, portsGiven) });
      if (isolation === "namespaces") break;
      network = randomNetwork();
    }
    throw new DrillError(
      "environment",
      "provision",
      `no loopback address with the ports ${Object.values(ports).join(", ")} free was found for node ${name}; last tried: ${network}.${last}`,
    );
  };
  function keep(name: string, address: NodeAddress): NodeAddress {
    given.set(name, address);
    return address;
  }
}

/** 127.64.0 to 127.253.255: far from addresses that people type (127.0.0.1, 127.0.1.1, 127.0.50.x). */
function randomNetwork(): string {
  return `127.${randomInt(64, 254)}.${randomInt(0, 256)}`;
}

/** The error code of the first port that cannot be listened on, or null. */
async function firstBusy(address: string, ports: readonly number[]): Promise<string | null> {
  for (const port of ports) {
    const result = await tryToListen(address, port);
    if (typeof result === "string") return result;
  }
  return null;
}

/** Ports that are free on 127.0.0.1 now: where this is the only loopback address, ports are what tells nodes apart. */
async function freePorts(ports: Readonly<Record<string, number>>, taken: Set<number>): Promise<Record<string, number>> {
  const chosen: Record<string, number> = {};
  for (const name of Object.keys(ports)) {
    let result: number | string;
    do {
      result = await tryToListen("127.0.0.1", 0);
      if (typeof result === "string")
        throw new DrillError("environment", "provision", `no free port on 127.0.0.1: ${result}`);
    } while (taken.has(result));
    taken.add(result);
    chosen[name] = result;
  }
  return chosen;
}

/** The port if it could be listened on (it no longer is), else the error code. */
function tryToListen(host: string, port: number): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  const server = createServer();
  server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  server.listen({ host, port, exclusive: true }, () => {
    const bound = server.address();
    server.close(() => resolve(typeof bound === "object" && bound !== null ? bound.port : port));
  });
  return promise;
}
