/**
 * The face of a substrate: where nodes live. A node is a machine with an address, a home folder, processes that are
 * started from files, and shells. Not its business: what runs on it (system/).
 */
import type { Actor, EnvironmentRecord, Recorder } from "../ledger/index.ts";
import type { EngineAddress } from "./docker/engine.ts";
import type { MachinesCopy } from "./machines-copy.ts";

/** What a drill may need and not every substrate can do. */
export type Capability =
  /** To keep packets of one node from another (`Node.network`). */
  | "network-faults"
  /** To delay packets. */
  | "packet-delay"
  /** To lose some of the packets that a node is sent (`Hindrance`, lossy). */
  | "packet-loss"
  /** To slow down what a node sends (`Hindrance`, slow). */
  | "bandwidth"
  /** To set the clock of one node. */
  | "clock-faults"
  /** To issue certificates on a machine, with the system's own `openssl`. */
  | "openssl"
  /** To give a folder of a node a disk of its own (`NodeOptions.disk`). */
  | "own-disks"
  /** Absolute paths that are each node's own (`NodeOptions.atRoot`). */
  | "own-paths"
  /** A machine with a Docker engine of its own, as a virtual machine has it (`NodeOptions.ownEngine`). */
  | "own-engines"
  /** The same addresses every run. */
  | "same-addresses"
  /** That everything ends with the worker, also when that is killed. */
  | "ends-with-worker"
  /** To copy all machines at one instant, for a second recovery from the same disaster (`Substrate.copyMachines`). */
  | "forks";

/** Something that cannot be done here, why, and what would make it possible, if anything. */
export interface AbsentCapability {
  readonly capability: Capability;
  readonly reason: string;
}

/** Where nodes live: plain processes of this computer, or containers of an engine on it. */
export type SubstrateKind = "process" | "docker";

/** How the nodes are kept apart from this computer and from other runs. */
export type SubstrateIsolation = EnvironmentRecord["isolation"];

/** A place for nodes. Disposing it stops and removes all that it started, also after a failure half-way. */
export interface Substrate extends AsyncDisposable {
  readonly kind: SubstrateKind;
  readonly isolation: SubstrateIsolation;
  readonly absentCapabilities: readonly AbsentCapability[];
  /** A new machine. Nothing runs on it yet. */
  createNode(options: NodeOptions): Promise<Node>;
  /** The machine of the person who follows the page: no processes of the cluster, only tools. */
  createWorkstation(options: MachineOptions): Promise<Machine>;
  /**
   * Copies every machine, and what was set aside, as they are at one instant: all processes stand still meanwhile, and go on
   * afterwards. Both are recorded, with the actor `fork`.
   * @param folder absolute path of a folder that is made for it, on a disk of its own choice; the caller removes it.
   * @param atInstant called once, while all stands still.
   * @throws DrillError `environment` when the copy would not be what is there: a process is paused, or one runs that nobody
   * supervises (a page has started it by hand).
   */
  copyMachines(folder: string, atInstant: () => void): Promise<MachinesCopy>;
}

export interface MachineOptions {
  readonly name: string;
  /** Programs to put on the machine's PATH: name to the path of the executable. */
  readonly programs: Readonly<Record<string, string>>;
}

export interface NodeOptions extends MachineOptions {
  /** The ports the node will listen on: a name to the preferred number. */
  readonly ports: Readonly<Record<string, number>>;
  /**
   * A small disk of its own (`own-disks`) that a folder of its home lies on. Such a machine cannot be deleted. Left out: all of it lies on
   * the disk of this computer.
   */
  readonly disk?: NodeDisk;
  /**
   * A folder of its home, e.g. `var/snap`, that lies at the machine's root as well, at `/var/snap`, where absolute paths are its own (`own-paths`);
   * elsewhere in the home alone. It is there, and empty, when the machine is new. Default: none.
   */
  readonly atRoot?: string;
  /** A Docker engine of its own (`own-engines`), which runs when the machine does; its images and containers go with it. Default: none. */
  readonly ownEngine?: boolean;
  /** Where its processes are recorded, when that is not the run's ledger itself. */
  readonly recorder?: Recorder;
}

/** A disk of its own. */
export interface NodeDisk {
  /** The folder that it is mounted at, relative to the node's home folder. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** Something with a home folder and shells. */
export interface Machine {
  readonly name: string;
  /**
   * Absolute path of the machine's home folder. It is the same on the machine and among this computer's files, through which
   * faults damage what is in it and witnesses look at it, without the machine's help.
   */
  readonly homeDir: string;
  /** Variables of every shell opened on it later; the system fills it in. */
  readonly environment: Record<string, string>;
  /** A shell that keeps its folder and variables from one block to the next. */
  openSession(environment: Readonly<Record<string, string>>): Promise<ShellSession>;
}

/** A machine of the cluster. Paths are relative to its home folder. */
export interface Node extends Machine {
  /** The IP address; the same for a new machine that replaces this one. */
  readonly address: string;
  /**
   * Absolute path, on the machine, of what `NodeOptions.atRoot` is seen below: its root, `/`, where absolute paths are its own, else its home
   * folder. Not for the harness, to which a machine's files lie in the home folder.
   */
  readonly rootDir: string;
  /** Null when the nodes share one network (`network-faults` is absent). */
  readonly network: NodeNetwork | null;
  /** The machine's own Docker engine, as it is told what to do from this computer; null: it has none, or the machine is gone. */
  engine(): EngineAddress | null;
  /** Where this computer sees the files of the machine's own disk, which its home folder is not on; null: it has none, or the machine is gone. */
  ownDisk(): string | null;
  /** The number that a port named in `NodeOptions.ports` got. */
  port(name: string): number;
  readFile(path: string): Promise<string>;
  writeFile(path: string, content: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Removes a file or a folder with all in it; nothing outside the node's home folder is ever touched (law 10). */
  remove(path: string): Promise<void>;
  /**
   * Takes a file or a folder out of the home folder, to a place of the run's own that nothing on the node is told of, under
   * a name. It is removed with the run.
   */
  setAside(path: string, as: string): Promise<void>;
  /** Puts what was set aside under a name at a path of the home folder, where nothing may be. */
  bringBack(as: string, path: string): Promise<void>;
  /**
   * The machine is gone with everything on it: its processes and shells are killed, and its home folder is empty, without
   * even the programs. Its address is free.
   */
  deleteMachine(actor: Actor): Promise<void>;
  /**
   * Puts a new machine in the place of one that was deleted: the same name and address, the programs, and nothing else.
   * @throws DrillError `harness` when none was deleted.
   */
  installMachine(): Promise<void>;
  /**
   * Starts the process that `manifests/<process>.yaml` describes, as the node command `nodectl start` does, and
   * records it. Does not wait until it serves.
   * @throws DrillError `harness` when it runs already or its manifest cannot be read.
   */
  start(process: string, actor: Actor): Promise<void>;
  /**
   * Sends a signal to a process, if it runs, and records it. Waits only with SIGSTOP: until all of it stands still, for 2 s at most, and
   * does not throw when it does not by then; the witness of a fault tells.
   */
  signal(process: string, signal: NodeJS.Signals, actor: Actor): Promise<void>;
  isRunning(process: string): boolean;
  /**
   * What a process of this node has written from a byte on, over all its starts, a part at a time; none when there is no
   * more. The harness marks each start with a line that begins with `===`.
   */
  readLog(process: string, fromByte: number): Promise<Uint8Array>;
  /** Resolves when the process does not run (any more). */
  exited(process: string): Promise<void>;
}

/**
 * How packets are kept back. `refuse`: a new connection fails at once, for there is no route to the host. `drop`: silence.
 * A connection that is open is not reset by either: it starves, and goes on when the cut is mended, if nobody has given it up.
 */
export type CutManner = "refuse" | "drop";

/**
 * What is bad about a network that works. `lossy`: of the packets that the node is sent, by whomever, this share (0 to 1) is lost, each by
 * chance. `slow`: whatever it sends, to whomever, leaves it at so many bits a second at the most.
 */
export type Hindrance =
  | { readonly kind: "lossy"; readonly share: number }
  | { readonly kind: "slow"; readonly bitsPerSecond: number };

/** The network of one node. What is cut or hindered stays so when the node's machine is replaced. */
export interface NodeNetwork {
  /** The address that the clients of the harness and the workstation come from. */
  readonly harnessAddress: string;
  /** Whether anything is cut or hindered now. */
  readonly isCut: boolean;
  /**
   * Keeps back all that this node sends to an address, and nothing that it is sent. TCP needs both ways: over a cut one way
   * no connection is made in either direction, but what the other sends does arrive. A cut that is there gets the new manner.
   */
  cut(address: string, manner: CutManner): Promise<void>;
  /** Takes the cut to an address away; nothing happens when there is none. */
  mend(address: string): Promise<void>;
  /**
   * Hinders it, in place of what hindered it before; null: nothing hinders it any more.
   * @throws DrillError `environment` where that is absent (`packet-loss`, `bandwidth`).
   */
  hinder(hindrance: Hindrance | null): Promise<void>;
}

/** A kept shell on one machine. */
export interface ShellSession extends AsyncDisposable {
  /**
   * Runs one block of commands and stops at the first command that fails. Standard input is empty.
   * Never throws for what the block does: that is in the result.
   */
  run(block: string, options: BlockOptions): Promise<BlockResult>;
}

export interface BlockOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Where standard output and error go, in the order in which they come. */
  readonly output: (chunk: Uint8Array) => void;
}

export interface BlockResult {
  /** `session-ended`: the block ended the shell itself, e.g. by `exit`. After `timed-out` the session is gone too. */
  readonly status: "ran" | "timed-out" | "session-ended";
  /** Of the first command that failed, or 0; null unless it ran. */
  readonly exitCode: number | null;
}
