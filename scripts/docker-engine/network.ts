/**
 * What the private engine has of the machine's network: one bridge, those of its networks, and one rule where it must. It changes no
 * other: dockerd is told to leave the firewall and forwarding alone, so that an engine beside it is not disturbed (two that both keep
 * rules flush each other's). So its containers reach each other and this machine, and nobody outside.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../../harness/core/index.ts";
import type { CommandResult } from "../../harness/tools/command.ts";

/** Runs a program of the machine or the engine's own. */
export type Run = (file: string, ...args: readonly string[]) => Promise<CommandResult>;

/** The default network's. Interface names have 15 characters at most. */
export const BRIDGE = "drillbook0";

/** RFC 2544 sets this aside for measurements inside one laboratory; drills choose addresses from the lower half themselves. */
const LABORATORY = "198.18.0.0/15";
const BRIDGE_RANGE = "198.19.0.0/24";
const BRIDGE_ADDRESS = "198.19.0.1/24";
/** For networks that ask for no addresses of their own. */
export const ADDRESS_POOL = { base: "198.19.128.0/17", size: 24 };

/** By which its rule is known. */
const COMMENT = "drillbook-engine";

/**
 * A host that had another engine once refuses what it forwards, and with br_netfilter that holds for what goes over a bridge too.
 * The rule lets pass what stays on one bridge and within those addresses.
 */
const RULE = [
  ...["-s", LABORATORY, "-d", LABORATORY, "-m", "physdev", "--physdev-is-bridged"],
  ...["-m", "comment", "--comment", COMMENT, "-j", "ACCEPT"],
];

/**
 * Makes the bridge, and the rule where forwarding is refused.
 * @throws DrillError `environment` when the bridge or its addresses are taken, or the kernel refuses.
 */
export async function raise(run: Run): Promise<void> {
  const routes = await run("ip", "-4", "route", "show", "root", BRIDGE_RANGE);
  const taken = routes.stdout.split("\n").filter((line) => line.trim() !== "");
  if (taken.length > 0 || (await hasBridge(run, BRIDGE))) {
    throw new DrillError(
      "environment",
      "docker",
      `The interface ${BRIDGE} or addresses of ${BRIDGE_RANGE} are taken: ${taken.join("; ") || BRIDGE}. ` +
        `If a private engine left them: npm run docker-engine -- stop. Otherwise remove them (ip link delete NAME), or set DOCKER_HOST.`,
    );
  }
  for (const args of [
    ["link", "add", BRIDGE, "type", "bridge"],
    ["addr", "add", BRIDGE_ADDRESS, "dev", BRIDGE],
    ["link", "set", BRIDGE, "up"],
  ]) {
    const result = await run("ip", ...args);
    if (!result.ok) throw new DrillError("environment", "docker", `ip ${args.join(" ")} failed: ${result.trouble}`);
  }
  for (const iptables of kinds()) {
    const policy = await run(iptables, "-w", "-S", "FORWARD");
    if (!/^-P FORWARD (DROP|REJECT)/m.test(policy.stdout)) continue;
    const added = await run(iptables, "-w", "-I", "FORWARD", ...RULE);
    if (!added.ok) throw new DrillError("environment", "docker", `${iptables} refuses a rule: ${added.trouble}`);
  }
}

/** Takes away what `raise` and the engine made. @param dataFolder the engine's, from which the names of its bridges are read */
export async function lower(run: Run, dataFolder: string): Promise<void> {
  for (const name of [BRIDGE, ...bridgesOf(dataFolder)]) {
    if (await hasBridge(run, name)) await run("ip", "link", "delete", name);
  }
  for (const iptables of kinds()) {
    // Found by its comment, as often as it is there: a start that was killed may have left it.
    const rules = (await run(iptables, "-w", "-S", "FORWARD")).stdout.split("\n");
    for (const rule of rules.filter((line) => line.includes(`--comment ${COMMENT} `))) {
      await run(iptables, "-w", "-D", ...rule.split(" ").slice(1));
    }
  }
}

/** Interfaces of the engine that are still there. */
export async function leftInterfaces(run: Run, dataFolder: string): Promise<readonly string[]> {
  const left: string[] = [];
  for (const name of [BRIDGE, ...bridgesOf(dataFolder)]) if (await hasBridge(run, name)) left.push(name);
  return left;
}

/**
 * The bridges of the engine's own networks. Its store names them in plain JSON, and can be read when the engine is dead;
 * an old page of it may name one that is gone, never one of somebody else's.
 */
export function bridgesOf(dataFolder: string): readonly string[] {
  const store = join(dataFolder, "network/files/local-kv.db");
  if (!existsSync(store)) return [];
  const names = readFileSync(store, "latin1").matchAll(/"BridgeName":"([a-zA-Z0-9_.-]{1,15})"/g);
  return [...new Set([...names].map(([, name = ""]) => name))].filter((name) => name !== BRIDGE);
}

async function hasBridge(run: Run, name: string): Promise<boolean> {
  return (await run("ip", "link", "show", "dev", name, "type", "bridge")).stdout.trim() !== "";
}

/** The old tables are only asked when the kernel has them: asking would make it load them. */
function kinds(): readonly string[] {
  const old = "/proc/net/ip_tables_names";
  const hasOld = existsSync(old) && readFileSync(old, "utf8").split("\n").includes("filter");
  return ["iptables-nft", ...(hasOld ? ["iptables-legacy"] : [])];
}
