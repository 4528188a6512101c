/**
 * The database file of a member, as it lies on the disk: what a member has applied it writes there every 100 ms (`batchInterval` in
 * server/storage/backend/backend.go; up to 3.5 server/mvcc/backend), and not before.
 */
import { copyFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions } from "./fault.ts";
import { databaseOf } from "./member-files.ts";
import { onWorkstation } from "./on-workstation.ts";

/** Reading some megabytes; on a busy machine it takes a second. */
const READ_WITHIN_MS = 30_000;

/** When it was last written to. Equal, nobody wrote to it in between. */
export async function lastWritten(node: ClusterNode): Promise<bigint> {
  const { mtimeNs } = await stat(databaseOf(node), { bigint: true });
  return mtimeNs;
}

/**
 * Up to which revision the file holds everything, by the operator's own program, of a copy since the member has locked it.
 * Nobody may write to it meanwhile.
 * @throws DrillError `environment` when it does not tell.
 */
export async function revisionInFile(node: ClusterNode, options: Pick<ArmOptions, "cluster" | "run">): Promise<bigint> {
  const name = `database-of-${node.name}`;
  const copy = join(options.cluster.workstation.homeDir, name);
  await copyFile(databaseOf(node), copy);
  const said = await onWorkstation(options, `etcdutl snapshot status ${name} --write-out=json`, READ_WITHIN_MS);
  await rm(copy);
  // Not parsed as JSON: a revision may exceed 2^53.
  const revision = /"revision":\s*(\d+)/.exec(said)?.[1];
  if (revision === undefined)
    throw new DrillError(
      "environment",
      "fault",
      `the database file of ${node.name} does not tell its revision: ${said}`,
    );
  return BigInt(revision);
}
