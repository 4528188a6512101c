/** A worker in each kind of isolation this machine allows, ended in order and killed, and what is found and removed afterwards. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WorkerSight } from "../../../fixtures/substrate/worker.ts";
import { RUN_LABEL_VARIABLE } from "../../core/index.ts";
import { detectIsolation, isolationCommand, type Isolation } from "./isolation.ts";
import { identityOf, labelledProcesses } from "./labelled-processes.ts";
import { cleanRun, howToEnter, leftovers, markKept, readEntry, registerRun, unregisterRun } from "./registry.ts";
import { auditResidue } from "./residue.ts";
import { runFolder, STATE_FOLDER_VARIABLE, workDirOf } from "./state-folder.ts";

const WORKER = join(import.meta.dirname, "../../../fixtures/substrate/worker.ts");
const namespaces = await detectIsolation();
const kinds: [string, Isolation][] = [
  ["namespaces", namespaces],
  ["loopback", { kind: "loopback", reason: "asked for" }],
];

let scratch: string;
let runId: string;
const workers: ChildProcess[] = [];

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "drillbook-test-"));
  process.env[STATE_FOLDER_VARIABLE] = join(scratch, "state");
  runId = `run-${scratch.slice(-6)}`;
});
afterEach(async () => {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
  if ((await readEntry(runId)) !== null) {
    await pretendFrontIs(process.pid);
    await cleanRun(runId);
  }
  delete process.env[STATE_FOLDER_VARIABLE];
  await rm(scratch, { recursive: true });
});

/** Starts a worker as the front does, and waits until its processes run. */
async function startWorker(
  isolation: Isolation,
): Promise<{ readonly worker: ChildProcess; readonly sight: WorkerSight }> {
  const command = [process.execPath, WORKER, runId, join(scratch, "evidence")] as const;
  const [program, ...args] = isolationCommand(isolation, command);
  const worker = spawn(program, args, {
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, [RUN_LABEL_VARIABLE]: runId },
  });
  workers.push(worker);
  await registerRun({ runId, workerPid: worker.pid ?? 0, reportDir: join(scratch, "report"), engine: null });
  const [sight] = (await once(worker, "message")) as [WorkerSight];
  return { worker, sight };
}

async function kill(worker: ChildProcess): Promise<void> {
  const gone = once(worker, "exit");
  worker.kill("SIGKILL");
  await gone;
}

/** Every process that is in one of these namespaces, has it open or has it mounted. */
function holdersOf(networks: readonly string[]): readonly string[] {
  const isOne = (link: string): boolean => networks.includes(link);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const open = attempt(() => readdirSync(`/proc/${pid}/fd`), []).map((fd) => `fd/${fd}`);
      const links = ["ns/net", ...open].map((link) => attempt(() => readlinkSync(`/proc/${pid}/${link}`), ""));
      const mounts = attempt(() => readFileSync(`/proc/${pid}/mountinfo`, "utf8"), "");
      return links.some(isOne) || networks.some((one) => mounts.includes(one));
    });
}

/** What of a process that has just ended can no longer be read counts for nothing. */
function attempt<T>(read: () => T, instead: T): T {
  try {
    return read();
  } catch {
    return instead;
  }
}

/** Rewrites who the front is: as if that front had crashed, or another one were alive. */
async function pretendFrontIs(pid: number | null): Promise<void> {
  const entry = await readEntry(runId);
  const front = pid === null ? { pid: 2 ** 22 - 1, startTime: "0" } : identityOf(pid);
  await writeFile(join(runFolder(runId), "run.json"), JSON.stringify({ ...entry, front }));
}

describe.each(kinds)("a worker: %s", (wanted, isolation) => {
  it.skipIf(isolation.kind !== wanted)(
    "says where it is, ends in order with its own exit code, and leaves nothing",
    async () => {
      const { worker, sight } = await startWorker(isolation);
      expect(sight).toMatchObject({ isolation: wanted, workDir: workDirOf(runId) });
      if (wanted === "namespaces") {
        const own = isolation.kind === "namespaces" && isolation.oneNetworkBecause === null;
        expect(sight.address).toBe(own ? "198.18.50.1" : "127.0.50.1");
        expect(sight.interfaces.filter((name) => !name.startsWith("drillbook"))).toEqual(["lo"]);
      } else {
        expect((await auditResidue(runId, { keepsForkPoint: false })).addresses).toEqual([`${sight.address}:2379`]);
      }
      expect((await auditResidue(runId, { keepsForkPoint: false })).folders).toEqual([sight.workDir]);
      expect(await leftovers()).toEqual([]); // its front, this process, is alive
      const exited = once(worker, "exit");
      worker.send("end");
      expect(await exited).toEqual([7, null]);
      expect(await auditResidue(runId, { keepsForkPoint: false })).toEqual({
        audited: true,
        processes: [],
        folders: [],
        addresses: [],
      });
      await unregisterRun(runId);
      await unregisterRun(runId); // twice does no harm
      expect(existsSync(runFolder(runId))).toBe(false);
    },
  );

  it.skipIf(isolation.kind !== wanted)(
    "that is killed leaves what `clean` finds and removes, and nothing else",
    async () => {
      const bystander = spawn("sleep", ["100000"], { env: { ...process.env, [RUN_LABEL_VARIABLE]: `${runId}-other` } });
      workers.push(bystander);
      const { worker, sight } = await startWorker(isolation);
      if (wanted === "namespaces") expect(holdersOf(sight.networks)).not.toEqual([]);
      await kill(worker);
      // What is in the namespaces is killed by the kernel when their keeper is gone; the shell ends when nobody gives it
      // blocks any more: both for certain, but not at once. On loopback the server and the sleeper that left its group stay.
      const staying = wanted === "namespaces" ? 0 : 2;
      await expect.poll(() => labelledProcesses(runId)).toHaveLength(staying);
      // A namespace is gone when nobody is in it, has it open or has it mounted.
      if (wanted === "namespaces") expect(holdersOf(sight.networks)).toEqual([]);
      const residue = await auditResidue(runId, { keepsForkPoint: false });
      expect(residue.folders).toEqual([workDirOf(runId)]);
      expect(residue.processes).toHaveLength(staying);
      expect(residue.addresses).toHaveLength(wanted === "namespaces" ? 0 : 1);
      await pretendFrontIs(null);
      expect(await leftovers()).toMatchObject([{ runId, kept: false, folders: [workDirOf(runId)] }]);
      const removed = await cleanRun(runId);
      expect(removed).toContain(`folder ${workDirOf(runId)}`);
      expect(removed).toHaveLength(1 + staying);
      expect(await leftovers()).toEqual([]);
      expect(await auditResidue(runId, { keepsForkPoint: false })).toEqual({
        audited: true,
        processes: [],
        folders: [],
        addresses: [],
      });
      expect(existsSync(runFolder(runId))).toBe(false);
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
      expect(labelledProcesses(`${runId}-other`)).toHaveLength(1);
    },
  );

  it.skipIf(isolation.kind !== wanted)("that is kept can be entered, and is taken down by its name", async () => {
    const { sight } = await startWorker(isolation);
    await markKept(runId);
    await pretendFrontIs(null);
    expect(await leftovers()).toMatchObject([{ runId, kept: true }]);
    const enter = await howToEnter(runId);
    const script = `exec 3<>/dev/tcp/${sight.address}/2379 && echo connected`;
    const [program, ...args] = [...(enter ?? []), "bash", "-c", script];
    const inside = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [[said]] = await Promise.all([once(inside.stdout, "data"), once(inside, "exit")]);
    expect(String(said)).toBe("connected\n");
    expect((await cleanRun(runId)).length).toBeGreaterThanOrEqual(3);
    expect(await howToEnter(runId)).toBeNull();
    expect(labelledProcesses(runId)).toEqual([]);
  });
});

describe("the books", () => {
  it("refuse to clean a run whose front is alive, and a run they do not know", async () => {
    const front = spawn("sleep", ["100000"]);
    workers.push(front);
    await once(front, "spawn");
    await registerRun({ runId, workerPid: front.pid ?? 0, reportDir: "r", engine: null });
    await pretendFrontIs(front.pid ?? 0);
    await expect(cleanRun(runId)).rejects.toThrow(/still going on/);
    expect(existsSync(workDirOf(runId))).toBe(true);
    await expect(cleanRun("run-unknown")).rejects.toThrow(/no run run-unknown/);
    await expect(cleanRun("../state")).rejects.toThrow(/run/);
  });

  it("refuse the same run twice, and keep the first one's folder", async () => {
    await registerRun({ runId, workerPid: process.pid, reportDir: "r", engine: null });
    await writeFile(join(workDirOf(runId), "data"), "1");
    await expect(registerRun({ runId, workerPid: process.pid, reportDir: "r", engine: null })).rejects.toThrow(
      /on the books already/,
    );
    expect(await readFile(join(workDirOf(runId), "data"), "utf8")).toBe("1");
    expect(await readdir(join(scratch, "state", "runs"))).toEqual([runId]);
  });

  it("remove no folder that does not bear the run's nonce", async () => {
    await registerRun({ runId, workerPid: process.pid, reportDir: "r", engine: null });
    await rm(workDirOf(runId), { recursive: true });
    await mkdir(workDirOf(runId));
    await writeFile(join(workDirOf(runId), "precious"), "1");
    await expect(cleanRun(runId)).rejects.toThrow(/not known to be this run's/);
    expect(await readFile(join(workDirOf(runId), "precious"), "utf8")).toBe("1");
    await rm(runFolder(runId), { recursive: true });
  });

  it("tell a living owner from another process that got its id", async () => {
    await registerRun({ runId, workerPid: process.pid, reportDir: "r", engine: null });
    expect(await leftovers()).toEqual([]);
    const entry = await readEntry(runId);
    const reused = { ...entry, front: { pid: process.pid, startTime: "1" } };
    await writeFile(join(runFolder(runId), "run.json"), JSON.stringify(reused));
    expect(await leftovers()).toMatchObject([{ runId }]);
  });

  it("do not believe an entry that was damaged or copied", async () => {
    await registerRun({ runId, workerPid: process.pid, reportDir: "r", engine: null });
    const file = join(runFolder(runId), "run.json");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.slice(0, 40));
    expect(await readEntry(runId)).toBeNull();
    await writeFile(file, text.replaceAll(runId, "run-else"));
    expect(await readEntry(runId)).toBeNull();
    expect(await leftovers()).toEqual([]);
  });

  it("keep a run whose engine does not answer, since nobody can say what it left there", async () => {
    const engine = { client: "docker", host: `unix://${scratch}/no-engine.sock` };
    await registerRun({ runId, workerPid: process.pid, reportDir: "r", engine });
    const cannotSay = expect.stringMatching(/nobody can say whether containers are left/);
    expect((await auditResidue(runId, { keepsForkPoint: false })).processes).toEqual([cannotSay]);
    await expect(cleanRun(runId)).rejects.toThrow(/docker/);
    await pretendFrontIs(null);
    expect(await leftovers()).toMatchObject([{ runId, inEngine: [cannotSay] }]);
    await unregisterRun(runId);
  });

  it("stay out of a state folder that is somebody else's", async () => {
    await writeFile(join(scratch, "file"), "");
    process.env[STATE_FOLDER_VARIABLE] = join(scratch, "file");
    await expect(registerRun({ runId, workerPid: process.pid, reportDir: "r", engine: null })).rejects.toThrow();
  });
});
