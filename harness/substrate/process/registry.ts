/**
 * The books of live runs: who runs what, so that what a crashed run left can be found and ended (law 9) and nothing else
 * is (law 10). Used by the front; not its business: what a run does.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DrillError, messageOf } from "../../core/index.ts";
import { labelledInEngine, removeFromEngine } from "../docker/labelled.ts";
import { bearsNonce, plantNonce } from "./home-folder.ts";
import { childrenOf, identityOf, isAlive, killLabelled, labelledProcesses, showProcess } from "./labelled-processes.ts";
import type { RunEntry } from "./run-entry.ts";
import { forkPointFolderOf, makeStateFolder, runFolder, runsFolder, workDirOf } from "./state-folder.ts";

const ENTRY_FILE = "run.json";
/** How long `cleanRun` keeps killing what is left of a run. */
const KILL_WITHIN_MS = 5_000;

/** What a run left that nobody looks after any more, or what was kept up on request. */
export interface Leftover {
  readonly runId: string;
  /** True for a cluster that was left up on request and still has its worker. */
  readonly kept: boolean;
  readonly reportDir: string;
  /** `PID COMMAND` of each living process with the run's label. */
  readonly processes: readonly string[];
  readonly folders: readonly string[];
  /** Its containers and networks in a Docker engine, or why they cannot be seen. */
  readonly inEngine: readonly string[];
}

/**
 * Enters a run in the books and makes its work folder, which bears the run's nonce. The caller is the front; the worker
 * may live in namespaces: `workerPid` is its (outermost) process as seen from here.
 * @throws DrillError `harness` when the run is on the books already.
 */
export async function registerRun(run: {
  readonly runId: string;
  readonly workerPid: number;
  readonly reportDir: string;
  /** See RunEntry. */
  readonly engine: RunEntry["engine"];
}): Promise<void> {
  await makeStateFolder();
  const front = identityOf(process.pid);
  if (front === null) throw new DrillError("environment", "registry", "this process cannot find itself in /proc");
  const nonce = newNonce(run.runId);
  const folder = runFolder(run.runId);
  // Filled before it gets its name: a crash in between leaves no entry that is half there.
  const draft = join(runsFolder(), `.${run.runId}.${process.pid}`);
  await mkdir(join(draft, "work"), { recursive: true, mode: 0o700 });
  await plantNonce(join(draft, "work"), nonce);
  const { engine, reportDir, runId } = run;
  await writeEntry(draft, {
    runId,
    nonce,
    front,
    worker: identityOf(run.workerPid),
    reportDir,
    kept: false,
    addresses: [],
    engine,
  });
  try {
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw new DrillError("harness", "registry", `run ${runId} is on the books already (${folder})`, { cause: error });
  }
}

/** Takes a run off the books. Its work folder and its fork point go with it only if they bear the run's nonce. */
export async function unregisterRun(runId: string): Promise<void> {
  const entry = await readEntry(runId);
  if (entry !== null) await removeRunFolder(entry);
}

/** Notes that a run's worker stays, with its cluster, after the front has ended (`--keep`). */
export async function markKept(runId: string): Promise<void> {
  await change(runId, (entry) => ({ ...entry, kept: true }));
}

/** Notes where a run's nodes listen, for the audit after its end. Does nothing for a run that is not on the books. */
export async function noteAddresses(runId: string, addresses: readonly string[]): Promise<void> {
  await change(runId, (entry) => ({ ...entry, addresses: [...entry.addresses, ...addresses] }));
}

/** The entry of a run, or null. */
export async function readEntry(runId: string): Promise<RunEntry | null> {
  try {
    const text = await readFile(join(runFolder(runId), ENTRY_FILE), "utf8");
    // Loaded when there is something to read: the schema library would take a part of every command's start.
    const entry = (await import("./run-entry.ts")).parseRunEntry(text);
    return entry?.runId === runId ? entry : null;
  } catch {
    return null;
  }
}

/** Everything on the books without a living owner, and what was kept on request. Looks only. */
export async function leftovers(): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const runId of await runIds()) {
    const entry = await readEntry(runId);
    if (entry === null || isAlive(entry.front)) continue;
    const kept = entry.kept && entry.worker !== null && isAlive(entry.worker);
    const processes = labelledProcesses(runId).map(showProcess);
    const folders = await foldersOf(entry);
    found.push({ runId, kept, reportDir: entry.reportDir, processes, folders, inEngine: await seenInEngine(entry) });
  }
  return found;
}

/**
 * Ends every process that carries the run's label, removes its containers and networks and, if it bears the run's nonce, its
 * work folder, and takes it off the books. The report folder stays.
 * @returns what was ended and removed, a line each.
 * @throws DrillError `usage` when the run is not on the books, or when another front still runs it; `environment` when a process cannot be killed, or its
 * containers cannot be removed: then it stays on the books.
 */
export async function cleanRun(runId: string): Promise<readonly string[]> {
  const entry = await readEntry(runId);
  if (entry === null) throw new DrillError("usage", "clean", `there is no run ${runId} on the books`);
  if (entry.front.pid !== process.pid && isAlive(entry.front)) {
    throw new DrillError(
      "usage",
      "clean",
      `run ${runId} is still going on (its front is process ${entry.front.pid}); end it there`,
    );
  }
  const processes = labelledProcesses(runId);
  const left = await killLabelled(runId, KILL_WITHIN_MS);
  if (left.length > 0) {
    throw new DrillError(
      "environment",
      "clean",
      `processes of run ${runId} could not be killed: ${left.map(showProcess).join(", ")}`,
    );
  }
  const removed = processes.map((process) => `process ${showProcess(process)}`);
  if (entry.engine !== null) removed.push(...(await removeFromEngine(entry.engine, runId)));
  for (const folder of await foldersOf(entry)) removed.push(`folder ${folder}`);
  await removeRunFolder(entry);
  return removed;
}

/**
 * The command that puts a person where the nodes of a kept run are: into its namespaces. Add a command, or nothing for
 * a shell. Empty when they are on the machine's own loopback, where nothing has to be entered. Null when the run is gone.
 */
export async function howToEnter(runId: string): Promise<readonly string[] | null> {
  const entry = await readEntry(runId);
  const worker = entry?.worker ?? null;
  if (worker === null || !isAlive(worker)) return null;
  const [command = ""] = (await readFile(`/proc/${worker.pid}/cmdline`, "utf8").catch(() => "")).split("\0");
  if (command !== "unshare") return [];
  const [init] = childrenOf(worker.pid);
  if (init === undefined) return null;
  const user = process.getuid?.() === 0 ? [] : ["--user", "--preserve-credentials"];
  return ["nsenter", "--target", String(init), ...user, "--pid", "--net", "--mount"];
}

/** A nonce that tells its run by sight. */
export function newNonce(runId: string): string {
  return `${runId}:${randomBytes(16).toString("hex")}`;
}

/** What the engine has of a run that is on the books; where it cannot be asked, that alone. Looks only. */
export async function seenInEngine({ engine, runId }: Pick<RunEntry, "engine" | "runId">): Promise<readonly string[]> {
  if (engine === null) return [];
  try {
    const { containers, networks } = await labelledInEngine(engine, runId);
    return [...containers.map((name) => `container ${name}`), ...networks.map((name) => `network ${name}`)];
  } catch (error) {
    return [`nobody can say whether containers are left: ${messageOf(error)}`];
  }
}

async function change(runId: string, to: (entry: RunEntry) => RunEntry): Promise<void> {
  const entry = await readEntry(runId);
  if (entry !== null) await writeEntry(runFolder(runId), to(entry));
}

/** Whole or not at all. */
async function writeEntry(folder: string, entry: RunEntry): Promise<void> {
  const draft = join(folder, `.${ENTRY_FILE}.${process.pid}`);
  await writeFile(draft, `${JSON.stringify(entry, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, join(folder, ENTRY_FILE));
}

async function removeRunFolder(entry: RunEntry): Promise<void> {
  const folder = runFolder(entry.runId);
  for (const own of await foldersOf(entry)) {
    await rm(own, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }
  // What forks have mounted theirs on is empty.
  await rmdir(workDirOf(entry.runId)).catch(() => undefined);
  const foreign = (await readdir(folder)).filter((name) => !name.includes(ENTRY_FILE));
  if (foreign.length > 0) {
    throw new DrillError(
      "environment",
      "clean",
      `${folder} holds what is not known to be this run's (${foreign.join(", ")}); look at it and remove it by hand`,
    );
  }
  await rm(folder, { recursive: true, force: true });
}

/** Its folders that are there and bear its nonce. */
async function foldersOf({ runId, nonce }: RunEntry): Promise<readonly string[]> {
  const folders = [workDirOf(runId), forkPointFolderOf(runId)];
  const own = await Promise.all(folders.map(async (folder) => bearsNonce(folder, nonce)));
  return folders.filter((_folder, index) => own[index]);
}

async function runIds(): Promise<readonly string[]> {
  try {
    return (await readdir(runsFolder())).filter((name) => !name.startsWith(".")).sort();
  } catch {
    return [];
  }
}
