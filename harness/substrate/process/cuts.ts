/**
 * How packets of a node are kept back: by its own neighbour table and routes, told to `ip` in its network namespace, wherever that came from.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { DrillError, messageOf } from "../../core/index.ts";
import type { CutManner, Hindrance, NodeNetwork } from "../substrate.ts";

/** A hardware address that nobody has: what is sent to it reaches nobody, and nobody says so. */
const NOBODY = "02:00:00:00:00:00";

/** Where the commands of the system may lie without being on an ordinary user's PATH. */
export const COMMAND_PATH: string = `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;

/** A network that can be cut, and that has lost its cuts with its namespace. */
export interface CuttableNetwork extends NodeNetwork {
  /** Cuts and hinders again what is cut and hindered: the node is in a new namespace. */
  cutAgain(): Promise<void>;
}

/** How a network is hindered, or is not any more, in a namespace where the other is so now. */
export interface Hinderer {
  start(hindrance: Hindrance): Promise<void>;
  end(hindrance: Hindrance): Promise<void>;
}

const CANNOT_HINDER: Hinderer["start"] = async () =>
  Promise.reject(new DrillError("environment", "network", "packet-loss and bandwidth are absent here"));

/**
 * @param enter tells what to put before a command so that it runs in the node's network namespace.
 * @param hinderer left out: it cannot be hindered.
 */
export function cuttable(
  enter: () => readonly string[],
  harnessAddress: string,
  hinderer: Hinderer = { start: CANNOT_HINDER, end: CANNOT_HINDER },
): CuttableNetwork {
  const cuts = new Map<string, CutManner>();
  let hindrance: Hindrance | null = null;
  return {
    harnessAddress,
    get isCut() {
      return cuts.size > 0 || hindrance !== null;
    },
    hinder: async (next) => {
      if (hindrance !== null) await hinderer.end(hindrance);
      hindrance = null;
      if (next !== null) await hinderer.start(next);
      hindrance = next;
    },
    cut: async (address, manner) => {
      if (cuts.get(address) === manner) return;
      await ip(enter(), `${mendOf(cuts, address)}${cutOff(address, manner, "eth0")}\n`);
      cuts.set(address, manner);
    },
    mend: async (address) => {
      if (!cuts.has(address)) return;
      await ip(enter(), mendOf(cuts, address));
      cuts.delete(address);
    },
    cutAgain: async () => {
      if (hindrance !== null) await hinderer.start(hindrance);
      if (cuts.size === 0) return;
      await ip(enter(), [...cuts].map(([address, manner]) => `${cutOff(address, manner, "eth0")}\n`).join(""));
    },
  };
}

/**
 * Both stop packets on connections that are open, too. A route of the kind `blackhole` would not be silent: it fails a
 * connection at once, as an invalid argument (ip-route(8)).
 */
export function cutOff(address: string, manner: CutManner, device: string): string {
  return manner === "drop"
    ? `neigh replace ${address} lladdr ${NOBODY} nud permanent dev ${device}`
    : `route add unreachable ${address}/32`;
}

function mendOf(cuts: ReadonlyMap<string, CutManner>, address: string): string {
  const manner = cuts.get(address);
  if (manner === undefined) return "";
  return manner === "drop" ? `neigh del ${address} dev eth0\n` : `route del unreachable ${address}/32\n`;
}

/** Runs commands of `ip`, one a line, in the namespace that `enter` leads to. */
export async function ip(enter: readonly string[], commands: string): Promise<void> {
  const [program, ...args] = [...enter, "ip", "-batch", "-"];
  const running = promisify(execFile)(program, args, { env: { PATH: COMMAND_PATH } });
  running.child.stdin?.end(commands);
  try {
    await running;
  } catch (error) {
    throw new DrillError(
      "environment",
      "network",
      `the network of a node could not be changed by ${[program, ...args].join(" ")}: ${messageOf(error)}; it was told:\n${commands}`,
      { cause: error },
    );
  }
}
