/**
 * A value that a member's database file holds for good, so that whoever changes it there changes what the member serves. Not its
 * business: changing it (damage.ts).
 */
import { readFile } from "node:fs/promises";
import { DrillError } from "../core/index.ts";
import { hashValue, type ClusterNode } from "../system/index.ts";
import type { ArmOptions } from "./fault.ts";
import { databaseOf } from "./member-files.ts";
import type { PlantedValue } from "./served-data.ts";

/** etcd writes the database every 100 ms or 10,000 writes (server/storage/backend, defaultBatchInterval). */
const IN_DATABASE_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 50;
const WRITE_TIMEOUT_MS = 1000;

/**
 * Writes a key, as any client could, through the member, and waits until its database holds the value for good. It is in nobody's
 * account.
 *
 * That the file holds the value is not enough: bbolt writes a transaction's pages first and its meta page after them (tx.go,
 * Commit), and a member that is killed in between begins with the transaction before and takes the value from its log
 * again. So a second key follows: when that is in the file, the first one's transaction was over.
 * @throws DrillError `environment` when it cannot be written, or is not in the file in time.
 */
export async function plantValue(
  node: ClusterNode,
  { cluster, run }: Pick<ArmOptions, "cluster" | "run">,
): Promise<PlantedValue> {
  const key = "drillbook/damage/value";
  // Another one each time: what an earlier one has left in the file must not be taken for it.
  const name = `${run.runId}, planted at ${run.clock.nowMs()}`;
  const value = `value of ${name}, that is to be changed`;
  const write = async (at: string, text: string): Promise<string> => {
    await using client = cluster.openClient(node.name, { timeoutMs: WRITE_TIMEOUT_MS });
    const { outcome, revision, reason } = await client.put(at, text);
    if (outcome !== "acknowledged" || revision === null) {
      const message = `the value that was to be damaged could not be written: ${reason ?? outcome}`;
      throw new DrillError("environment", "fault", message);
    }
    await inFile(node, text, run);
    return revision;
  };
  const revision = await write(key, value);
  await write("drillbook/damage/after", `written after that of ${name}`);
  return { key, value, valueHash: hashValue(value), revision };
}

async function inFile(node: ClusterNode, text: string, { clock, signal }: ArmOptions["run"]): Promise<void> {
  const file = databaseOf(node);
  const untilMs = clock.nowMs() + IN_DATABASE_WITHIN_MS;
  while (!(await readFile(file)).includes(text)) {
    if (clock.nowMs() > untilMs)
      throw new DrillError("environment", "fault", `${file} did not hold the value that was written to ${node.name}`);
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}
