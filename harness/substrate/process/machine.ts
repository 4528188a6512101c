/**
 * A machine on this computer: a home folder, a folder of commands on its PATH, and shells with a clean environment.
 * Not its business: processes that stay (supervisor.ts).
 */
import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { access, mkdir, rm, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Socket } from "node:net";
import { promisify } from "node:util";
import { DrillError, RUN_LABEL_VARIABLE, type RunContext } from "../../core/index.ts";
import type { Launch, Launched } from "../launch.ts";
import { SHELL_DRIVER } from "../shell-driver.ts";
import { shellSession, type ShellConnection } from "../shell-session.ts";
import type { Machine, MachineOptions, ShellSession } from "../substrate.ts";
import { NODES_FOLDER } from "./copy-machines.ts";
import { createHomeFolder, type HomeFolder } from "./home-folder.ts";
import { installScp } from "./scp.ts";
import { NAME_PATTERN } from "./supervisor.ts";
import { SYSTEM_PATH } from "./system-path.ts";

/** A machine with what the substrate needs of it. */
export interface ProcessMachine extends Machine {
  readonly home: HomeFolder;
  readonly binDir: string;
  /** A folder for what the machine and the harness say to each other; outside its home folder, so that no page and no fault removes it. */
  readonly controlDir: string;
  /** The variables that every process and shell of the machine starts with. */
  readonly baseEnvironment: Readonly<Record<string, string>>;
}

export interface MachinePlace {
  readonly run: RunContext;
  /** The folder that the machines are seen in: the run's work folder; in a fork, where that of its origin was. */
  readonly seenIn: string;
  /** The machines that are there already, by name, and the variables of their shells. */
  readonly copied: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly nonce: string;
  readonly bash: string;
  /** Starts a program on the machine. */
  readonly launch: Launch;
  /** Told of every shell, so that disposal can kill it. */
  readonly onShell: (shell: ShellConnection) => void;
}

/**
 * Makes a machine in `<workDir>/nodes/<name>`, or takes the one that a copy has brought there.
 * @throws DrillError `harness` for a name that is taken or unfit, `environment` for a program that cannot be run.
 */
export async function createMachine(options: MachineOptions, place: MachinePlace): Promise<ProcessMachine> {
  const { name, programs } = options;
  const { run } = place;
  if (!NAME_PATTERN.test(name))
    throw new DrillError(
      "harness",
      "provision",
      `"${name}" cannot be the name of a machine: letters, digits, ".", "_" and "-" can`,
    );
  const dir = join(place.seenIn, NODES_FOLDER, name);
  const copied = place.copied.get(name);
  if (copied === undefined && (await isThere(dir)))
    throw new DrillError("harness", "provision", `a machine "${name}" exists already in this run`);
  const home = await createHomeFolder(dir, place.nonce);
  const binDir = join(home.dir, "bin");
  await mkdir(binDir, { recursive: true });
  for (const [command, path] of Object.entries(programs)) await linkProgram(command, path, binDir);
  await installScp(place.bash, home.dir, binDir);
  const controlDir = join(run.workDir, "control", name);
  await mkdir(controlDir, { recursive: true, mode: 0o700 });
  const baseEnvironment = {
    PATH: `${binDir}:${SYSTEM_PATH}`,
    HOME: home.dir,
    LANG: "C.UTF-8",
    [RUN_LABEL_VARIABLE]: run.runId,
  };
  const environment: Record<string, string> = { ...copied };
  return {
    name,
    homeDir: home.dir,
    home,
    binDir,
    controlDir,
    baseEnvironment,
    environment,
    openSession: async (own): Promise<ShellSession> => {
      if (!(await isThere(home.dir)))
        throw new DrillError("harness", "shell", `no shell can be opened on ${name}: its home folder is gone`);
      const variables = { ...baseEnvironment, TERM: "dumb", ...environment, ...own };
      const shell = await connectShell(place, { cwd: home.dir, controlDir, environment: variables });
      place.onShell(shell);
      return shellSession(shell);
    },
  };
}

/** The bash of this computer, as the harness finds it. */
export async function findBash(): Promise<string> {
  const folders = ["/bin", "/usr/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  for (const folder of folders) {
    const path = join(folder, "bash");
    if (folder.startsWith("/") && (await isExecutable(path))) return path;
  }
  throw new DrillError(
    "environment",
    "provision",
    "bash was not found on PATH; pages are followed in bash: install it",
  );
}

let shells = 0;

/** Starts bash in a session (process group) of its own. */
async function connectShell(
  place: MachinePlace,
  where: { readonly controlDir: string; readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
): Promise<ShellConnection> {
  const { controlDir, cwd, environment } = where;
  // A real pipe, made by name: what Node gives a child by itself is a socket, and programs cannot open /dev/stdout on that.
  const fifo = join(controlDir, `shell.${process.pid}.${shells++}`);
  await promisify(execFile)("mkfifo", ["-m", "600", fifo]);
  // Opened synchronously: a file handle would close its descriptor, which belongs to the socket, when it is collected.
  const reading = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const output = new Socket({ fd: reading, readable: true, writable: false });
  // Held until bash has it, for without a writer it would have come to its end.
  const writing = openSync(fifo, constants.O_WRONLY);
  let bash: Launched;
  try {
    const command = [place.bash, "--noprofile", "--norc", "-c", SHELL_DRIVER, "bash"] as const;
    bash = await place.launch({ command: [...command], cwd, environment, output: fifo, withInput: true });
  } catch (error) {
    output.destroy();
    throw new DrillError("environment", "shell", `cannot start ${place.bash} in ${cwd}`, { cause: error });
  } finally {
    closeSync(writing);
    await rm(fifo);
  }
  if (bash.input === null) throw new DrillError("harness", "shell", `${place.bash} has no input`);
  return {
    requests: bash.input,
    output,
    ended: bash.ended.then(() => {}),
    kill: () => void bash.signalGroup("SIGKILL"),
  };
}

async function linkProgram(command: string, path: string, binDir: string): Promise<void> {
  if (!NAME_PATTERN.test(command))
    throw new DrillError("harness", "provision", `"${command}" cannot be the name of a command`);
  if (!(await isExecutable(path)))
    throw new DrillError(
      "environment",
      "provision",
      `the program ${command} cannot be run: ${path} is not there or not executable`,
    );
  const link = join(binDir, command);
  // Of a copy it is there, and names the program of the run that was copied.
  await rm(link, { force: true });
  await symlink(path, link);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
