/** The face of a copy of all machines of a run, as they were at one instant: what a fork begins with. Data only, since it goes to another process. */

/** The copy. Whoever asked for it removes its folder. */
export interface MachinesCopy {
  /** Absolute path of the folder that holds it. */
  readonly folder: string;
  /** Absolute path of the work folder that the machines were in: what lies on them names paths below it. */
  readonly workDir: string;
  readonly machines: readonly CopiedMachine[];
  /** The processes that ran at that instant. What only they held in memory is not in the copy. */
  readonly running: readonly RunningProcess[];
  /** How long these stood still for it. */
  readonly stoodStillMs: number;
}

/** One machine of a copy. */
export interface CopiedMachine {
  readonly name: string;
  /** Where it listened. Null: it is the workstation, which does not. */
  readonly address: NodeAddress | null;
  /** `Machine.environment` as it was. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A node's place in the network. */
export interface NodeAddress {
  readonly address: string;
  readonly ports: Readonly<Record<string, number>>;
}

/** A process of a node. */
export interface RunningProcess {
  readonly node: string;
  readonly process: string;
}

/** What a copy holds of each machine, by its name: a hash over all names, modes, links and bytes below its home folder. */
export type MachineDigests = Readonly<Record<string, string>>;
