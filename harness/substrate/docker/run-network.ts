/** The network of a run: a bridge of the engine on which its nodes and the harness have addresses, and nobody else. */
import { randomInt } from "node:crypto";
import { DrillError, messageOf } from "../../core/index.ts";
import { tellEngine, type EngineAddress } from "./engine.ts";
import { RUN_LABEL } from "./labelled.ts";

/** A network that was made. */
export interface RunNetwork {
  readonly name: string;
  /** The address of this computer on it. */
  readonly harnessAddress: string;
  /** The address of the N-th node, from 1 on. */
  address(number: number): string;
}

/** RFC 2544 sets 198.18.0.0/15 aside for measurements inside one laboratory; the upper half is the private engine's own. */
const NETWORKS = "198.18";
const MOST_NODES = 250;
/** How many networks are tried: others of this computer may have some of them. */
const TRIES = 20;

/**
 * Makes it: nothing outside is reached from it.
 * @param withAddress an address that must be in it, since the nodes of a copy keep theirs; null: any network that is free.
 * @throws DrillError `environment` when the engine makes none.
 */
export async function makeRunNetwork(
  engine: EngineAddress,
  runId: string,
  withAddress: string | null = null,
): Promise<RunNetwork> {
  const name = `drillbook-${runId}`;
  const label = `${RUN_LABEL}=${runId}`;
  for (let attempt = 1; ; attempt++) {
    // Not seeded: two runs of the same seed at once must not meet.
    const base = withAddress?.replace(/\.\d+$/, "") ?? `${NETWORKS}.${randomInt(256)}`;
    const subnet = ["--subnet", `${base}.0/24`, "--gateway", `${base}.254`];
    try {
      await tellEngine(engine, ["network", "create", "--internal", "--label", label, ...subnet, name]);
    } catch (error) {
      if (withAddress === null && attempt < TRIES && /overlap/i.test(messageOf(error))) continue;
      throw error;
    }
    return {
      name,
      harnessAddress: `${base}.254`,
      address: (number) => {
        if (number > MOST_NODES)
          throw new DrillError("harness", "provision", `${MOST_NODES} nodes have an address already`);
        return `${base}.${number}`;
      },
    };
  }
}
