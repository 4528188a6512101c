/** The container that stands for a machine, made by testcontainers. Not its business: what runs in it (launch-in-container.ts). */
import { GenericContainer, getContainerRuntimeClient, PullPolicy } from "testcontainers";
import { DrillError, messageOf } from "../../core/index.ts";
import type { EngineAddress } from "./engine.ts";
import type { Mount } from "./mounts.ts";

/** What a machine's container is made of. */
export interface MachineContainerOptions {
  readonly engine: EngineAddress;
  readonly image: string;
  /** The container's name. */
  readonly name: string;
  readonly hostname: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The network that it is on, by name, and its address there. */
  readonly network: string;
  readonly address: string;
  readonly mounts: readonly Mount[];
  /** Whether an engine of its own runs in it from the start, all privileges given; its image has that engine, and a volume for what it keeps. */
  readonly ownEngine: boolean;
}

/** What is mounted later is seen in containers that ask for it (`shared`), as on a machine that systemd has booted. */
const WITH_ENGINE = ["sh", "-c", "mount --make-rshared / && exec dockerd"];

/**
 * Starts it; nothing runs in it but a process that does nothing or its own engine, under an init that reaps. It is removed by its label alone
 * (labelled.ts): testcontainers' own reaper is a container of an image that is not asked for here.
 * @returns the id of its first process, as the engine's computer sees it.
 * @throws DrillError `environment` when the engine starts none.
 */
export async function startMachineContainer(options: MachineContainerOptions): Promise<number> {
  const { engine, hostname, image, labels, name, network, ownEngine } = options;
  // The only way to tell testcontainers which engine. A worker is one run, and has one.
  if (engine.host !== null) process.env["DOCKER_HOST"] = engine.host;
  try {
    const machine = new MachineContainer(image, options);
    if (ownEngine) machine.withPrivilegedMode();
    const started = await machine
      .withPullPolicy(PullPolicy.neverPull())
      .withAutoCleanup(false)
      .withName(name)
      .withHostname(hostname)
      .withLabels(labels)
      .withNetworkMode(network)
      .withCommand(ownEngine ? WITH_ENGINE : ["sleep", "infinity"])
      .start();
    const client = await getContainerRuntimeClient();
    return (await client.container.inspect(client.container.getById(started.getId()))).State.Pid;
  } catch (error) {
    throw new DrillError("environment", "docker", `the container ${name} could not be started: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** With what testcontainers has no call for. */
class MachineContainer extends GenericContainer {
  constructor(image: string, { address, mounts, network }: MachineContainerOptions) {
    super(image);
    this.hostConfig.Init = true;
    this.hostConfig.Mounts = [...mounts];
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } };
  }
}
