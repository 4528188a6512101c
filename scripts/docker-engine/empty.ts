/** Takes all containers, networks and volumes out of the private engine; its images stay. */
import { dockerCommand, findEngine } from "../../harness/tools/docker/engine.ts";
import { PRIVATE_HOST } from "../../harness/tools/docker/private-engine.ts";
import { thisMachine } from "../../harness/tools/machine.ts";

/** A delete that hangs must not hang the stop: what is left is killed by its group then. */
const EACH_WITHIN_MS = 30_000;

/** Never throws: what it cannot remove is found by who looks afterwards. */
export async function emptyEngine(): Promise<void> {
  const machine = thisMachine();
  const engine = await findEngine({ ...machine, environment: { ...machine.environment, DOCKER_HOST: PRIVATE_HOST } });
  if (!("version" in engine)) return;
  const docker = (...args: readonly string[]) => dockerCommand(engine, args, { timeoutMs: EACH_WITHIN_MS });
  const containers = (await docker("ps", "--all", "--quiet")).stdout.split("\n").filter(Boolean);
  if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
  await docker("network", "prune", "--force");
  await docker("volume", "prune", "--all", "--force");
}
