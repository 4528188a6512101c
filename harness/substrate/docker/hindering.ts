/** A network that is bad and not cut: packets that are lost by chance, and a slow line. Done with the commands of the node's image, in its network. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { DrillError, messageOf } from "../../core/index.ts";
import { COMMAND_PATH, type Hinderer } from "../process/cuts.ts";
import type { Hindrance } from "../substrate.ts";

/** What may leave at once (tc-tbf(8)): some full packets, so that the rate is what counts. */
const BURST = "16kb";
/** How long a packet may wait for its turn before it is dropped, as in the queue of a router. */
const QUEUE = "400ms";

/** @param init tells the first process of the container, as this computer sees it. */
export function hinderingIn(init: () => number): Hinderer {
  const inNode = async ([program, ...args]: readonly [string, ...string[]]): Promise<void> => {
    const enter = [`--net=/proc/${init()}/ns/net`, `--mount=/proc/${init()}/ns/mnt`];
    try {
      await promisify(execFile)("nsenter", [...enter, program, ...args], { env: { PATH: COMMAND_PATH } });
    } catch (error) {
      const message = `the network of a node could not be changed by ${[program, ...args].join(" ")}: ${messageOf(error)}`;
      throw new DrillError("environment", "network", message, { cause: error });
    }
  };
  return {
    start: async (hindrance) => inNode(commandOf(hindrance, "start")),
    end: async (hindrance) => inNode(commandOf(hindrance, "end")),
  };
}

/**
 * Packets are lost where they arrive: one that is dropped where it is sent from is not lost to its sender, who is told and sends it again.
 * Exported for its test.
 */
export function commandOf(hindrance: Hindrance, what: "start" | "end"): readonly [string, ...string[]] {
  if (hindrance.kind === "slow") {
    const queue = ["tbf", "rate", `${hindrance.bitsPerSecond}bit`, "burst", BURST, "latency", QUEUE];
    const root = ["dev", "eth0", "root"];
    return what === "start" ? ["tc", "qdisc", "add", ...root, ...queue] : ["tc", "qdisc", "del", ...root];
  }
  const chance = ["-m", "statistic", "--mode", "random", "--probability", String(hindrance.share)];
  return ["iptables", "--wait", what === "start" ? "-A" : "-D", "INPUT", "-i", "eth0", ...chance, "-j", "DROP"];
}
