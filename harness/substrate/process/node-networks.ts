/**
 * A network for each node: a network namespace with one interface, on a bridge of the worker's namespace, on which the
 * harness and the workstation have an address too. Only inside the worker's own namespaces; nothing of it is seen outside,
 * and it ends with the last process that holds it.
 *
 * A node's namespace is held open by a descriptor of this process, so that it needs no process and no mount that a page
 * could meet. Processes enter it by `nsenter`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { DrillError } from "../../core/index.ts";
import type { NodeNetwork } from "../substrate.ts";
import { COMMAND_PATH, cutOff, cuttable, ip } from "./cuts.ts";

/** Where a node is, and how a process gets there. */
export interface NodePlace {
  readonly address: string;
  /** What to put before a command so that it runs on the node. */
  readonly enter: readonly string[];
  readonly network: NodeNetwork;
}

/** The networks of the nodes of one run. Disposing takes the bridge down and lets go of the namespaces. */
export interface NodeNetworks extends AsyncDisposable {
  /** The place of a node; the same name gets the same one again, cuts included. */
  placeOf(name: string): Promise<NodePlace>;
}

/** The bridge's name; those of the other interfaces that a worker makes in its own namespace begin with it. */
export const BRIDGE = "drillbook";

/** RFC 2544 sets 198.18.0.0/15 aside for measurements inside one laboratory; nothing else uses it. */
const NETWORK = "198.18.50";
const HARNESS_ADDRESS = `${NETWORK}.254`;
const MOST_NODES = 250;

/** The commands of the system that are needed. `ip` is of iproute2, the others of util-linux. */
const NEEDED = ["ip", "nsenter", "unshare"];

/** Makes the bridge. */
const RAISE_BRIDGE = `link add ${BRIDGE} type bridge
addr add ${HARNESS_ADDRESS}/24 dev ${BRIDGE}
link set ${BRIDGE} up
`;

/**
 * A script that tries out all that a network for each node takes, inside the worker's namespaces: prints why it cannot be
 * had, or nothing. Always ends with 0.
 */
export const TRY_NODE_NETWORKS: string = `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
for c in ${NEEDED.join(" ")}; do command -v $c >/dev/null || { echo "there is no command $c; install iproute2 and util-linux"; exit 0; }; done
said=$(ip -batch - 2>&1 <<'.'
${RAISE_BRIDGE}link add node1 type veth peer name node2
${cutOff(`${NETWORK}.1`, "drop", BRIDGE)}
${cutOff(`${NETWORK}.2`, "refuse", BRIDGE)}
.
) || { echo "the kernel refuses a bridge, a pair of interfaces or a route: $said" | tr '\\n' ' '; exit 0; }
said=$(unshare --net nsenter --net=/proc/self/ns/net true 2>&1) || echo "a network namespace cannot be entered: $said"
exit 0`;

/** @throws DrillError `environment` when the bridge cannot be made, though it could when it was tried out. */
export async function openNodeNetworks(): Promise<NodeNetworks> {
  await ip([], RAISE_BRIDGE);
  const places = new Map<string, Promise<NodePlace>>();
  const descriptors: number[] = [];
  return {
    placeOf: (name) => {
      const present = places.get(name);
      if (present !== undefined) return present;
      const number = places.size + 1;
      if (number > MOST_NODES) throw new RangeError(`${MOST_NODES} nodes have an address already`);
      const place = makePlace(number, (descriptor) => descriptors.push(descriptor));
      places.set(name, place);
      return place;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled(places.values());
      for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
      await ip([], `link del ${BRIDGE}\n`);
    },
  };
}

let interfaces = 0;

async function makePlace(number: number, hold: (descriptor: number) => void): Promise<NodePlace> {
  const address = `${NETWORK}.${number}`;
  // Never the same name again: an interface of a namespace that is let go of stays for a moment.
  const outer = `${BRIDGE}${++interfaces}`;
  const descriptor = await newNamespace(async (keeper) =>
    ip([], `link add ${outer} type veth peer name eth0 netns ${keeper}\nlink set ${outer} master ${BRIDGE} up\n`),
  );
  hold(descriptor);
  const enter = ["nsenter", `--net=/proc/${process.pid}/fd/${descriptor}`];
  await ip(enter, `link set lo up\naddr add ${address}/24 dev eth0\nlink set eth0 up\n`);
  return { address, enter, network: cuttable(() => enter, HARNESS_ADDRESS) };
}

/** A new namespace, as a descriptor that holds it; `furnish` is told the id of a process in it. */
async function newNamespace(furnish: (keeper: number) => Promise<void>): Promise<number> {
  const keeper = spawn("unshare", ["--net", "sh", "-c", "echo; read -r _"], {
    env: { PATH: COMMAND_PATH },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(keeper, "exit");
  try {
    const there = await Promise.race([once(keeper.stdout, "data").then(() => true), ended.then(() => false)]);
    if (!there || keeper.pid === undefined)
      throw new DrillError(
        "environment",
        "provision",
        "a network namespace for a node could not be made (unshare --net)",
      );
    const descriptor = openSync(`/proc/${keeper.pid}/ns/net`, "r");
    try {
      await furnish(keeper.pid);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    return descriptor;
  } finally {
    keeper.stdin.end();
    await ended;
  }
}
