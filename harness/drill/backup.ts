/**
 * What a backup says of itself, for drills whose recovery point is a backup. It is asked with the operator's own programs on
 * the workstation, before the page begins.
 */
import { DrillError } from "../core/index.ts";
import type { Cluster } from "../system/index.ts";
import type { BackupRevision } from "./recovery-point.ts";

/** Reading a snapshot of some megabytes takes a second on a busy machine. */
const READ_WITHIN_MS = 30_000;

/** The revision up to which a snapshot file on the workstation holds everything. `file` is relative to its home folder. */
export function revisionOfSnapshot(file: string): BackupRevision["readRevision"] {
  return async (cluster, { signal }) => ({
    revision: await revisionIn(cluster, file, signal),
    because: `etcdutl snapshot status says so of ${file}`,
  });
}

/**
 * The revision that a copy of a member's data folder on the workstation holds at least: that of its database file. Its log may
 * hold more, which is then recovered beyond what is promised.
 */
export function revisionOfDataFolder(folder: string): BackupRevision["readRevision"] {
  return async (cluster, { signal }) => ({
    revision: await revisionIn(cluster, `${folder}/member/snap/db`, signal),
    because: `etcdutl snapshot status says so of the database file in ${folder}`,
  });
}

async function revisionIn(
  { workstation }: Pick<Cluster, "workstation">,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  await using session = await workstation.openSession({ BACKUP_FILE: file });
  let said = "";
  const result = await session.run('etcdutl snapshot status "$BACKUP_FILE" --write-out=json', {
    timeoutMs: READ_WITHIN_MS,
    signal,
    output: (chunk) => void (said += Buffer.from(chunk).toString("utf8")),
  });
  // Not parsed as JSON: a revision may exceed 2^53.
  const revision = /"revision":\s*(\d+)/.exec(said)?.[1];
  if (result.status === "ran" && result.exitCode === 0 && revision !== undefined) return revision;
  throw new DrillError("environment", "recovery-point", `${file} does not tell its revision: ${said.trim()}`);
}
