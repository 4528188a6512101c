/**
 * A node whose member runs in a container of the machine's own engine: the same face as a node whose member is a process of it.
 * Not its business: which containers there are (services.ts).
 */
import { DrillError, type RunContext } from "../../core/index.ts";
import type { Actor, Recorder } from "../../ledger/index.ts";
import { readLogFrom, type EngineAddress, type Node } from "../../substrate/index.ts";
import { watchMemberContainers, type MemberContainers } from "./member-containers.ts";
import { dockerRun, type Service } from "./services.ts";

export interface VmNodeOptions {
  readonly machine: Node;
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** Makes a new machine what one is that was just ordered: the images that are to be had anywhere. */
  readonly furnish: (machine: Node) => Promise<void>;
}

/** A node that must be disposed before its substrate is. */
export interface VmNode extends Node, AsyncDisposable {
  /** Makes a container in the machine's engine and starts it, as somebody. */
  runService(service: Service, actor: Actor): Promise<void>;
}

/** The node of this machine; watches its engine from now on. */
export function vmNode({ furnish, machine, recorder, run }: VmNodeOptions): VmNode {
  const watch = (): MemberContainers =>
    watchMemberContainers({ node: machine.name, engine: engineOf(machine), run, recorder });
  let containers = watch();
  return {
    ...machine,
    runService: async (service, actor) => containers.make(service.name, dockerRun(service), actor),
    start: async (process, actor) => containers.start(process, actor),
    signal: async (process, signal, actor) => containers.signal(process, signal, actor),
    isRunning: (process) => containers.isRunning(process),
    exited: async (process) => containers.exited(process),
    readLog: async (process, fromByte) => readLogFrom(containers.logFileOf(process), fromByte),
    deleteMachine: async (actor) => {
      await machine.deleteMachine(actor);
      containers.gone(actor);
      await containers[Symbol.asyncDispose]();
    },
    installMachine: async () => {
      await machine.installMachine();
      containers = watch();
      await furnish(machine);
    },
    [Symbol.asyncDispose]: async () => containers[Symbol.asyncDispose](),
  };
}

/** The engine of a machine that was made with one. */
function engineOf(machine: Pick<Node, "engine" | "name">): EngineAddress {
  const engine = machine.engine();
  if (engine === null) throw new DrillError("harness", "provision", `${machine.name} has no engine of its own`);
  return engine;
}
