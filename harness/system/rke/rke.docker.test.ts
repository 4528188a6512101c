/** Hosts of RKE on virtual machines of the engine that answers here: what the harness relies on is seen to be so. Kubernetes itself has no part in it. */
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { programsOrSkip } from "../../../fixtures/live/programs.ts";
import { scratchRun } from "../../../fixtures/substrate/scratch-run.ts";
import { run } from "../../../fixtures/substrate/contract/under-test.ts";
import { messageOf } from "../../core/index.ts";
import { SUBSTRATES, tellEngine, type EngineAddress, type Node } from "../../substrate/index.ts";
import { KUBERNETES_PROGRAMS } from "./images.ts";
import { rke } from "./rke.ts";

const footing = await SUBSTRATES.docker.find().catch((error: unknown) => messageOf(error));
const preparing = { progress: () => {}, signal: new AbortController().signal, ownEngines: true };
const image = typeof footing === "string" ? null : (await footing.prepare(preparing)).image;
const fixture = (name: string): string => fileURLToPath(new URL(`../../../fixtures/rke/${name}`, import.meta.url));

const SERVICES = [
  ...["service-sidekick", "etcd", "kube-apiserver", "kube-proxy", "kubelet"],
  ...["kube-scheduler", "kube-controller-manager"],
];

function engineOf(machine: Node): EngineAddress {
  const engine = machine.engine();
  if (engine === null) throw new Error(`${machine.name} has no engine`);
  return engine;
}

describe.skipIf(typeof footing === "string")(`RKE${typeof footing === "string" ? ` (${footing})` : ""}`, () => {
  it("runs its containers on each host; who starts and ends a member is on record; a new machine has images and runs nothing", async (context) => {
    const etcd = await programsOrSkip(context, "etcd", "etcdctl", "etcdutl");
    const others = KUBERNETES_PROGRAMS.map((name) => [name, fixture("runs-and-does-nothing")] as const);
    const programs = { ...etcd, ...Object.fromEntries(others) };
    const system = rke({ account: "keys", members: 1, nodeCommands: { runlike: fixture("runlike") } });
    const { engine } = typeof footing === "string" ? { engine: null } : footing;
    await using scratch = scratchRun();
    const { recorder, run: own } = scratch;
    await using substrate = await SUBSTRATES.docker.open({ engine, image, run: own, recorder });
    await using cluster = await system.provision({ substrate, run: own, recorder, programs });
    const untilItLeads = async (): Promise<void> =>
      vi.waitFor(async () => expect((await cluster.view("n1", { timeoutMs: 2000 })).leaderId).toMatch(/^\d+$/), {
        timeout: 60_000,
      });
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("no node");
    const { machine } = node;
    await untilItLeads();
    const listed = await tellEngine(engineOf(machine), ["ps", "--all", "--format", "{{.Names}} {{.State}}"]);
    expect(listed.split("\n").toReversed()).toEqual(
      SERVICES.map((name) => `${name} ${name === "service-sidekick" ? "exited" : "running"}`),
    );

    // What was saved makes the same container again, word for word, whatever the order of its options.
    await using shell = await machine.openSession({});
    for (const name of SERVICES) {
      const { output: saved } = await run(shell, `printf '%s\\n' $(runlike ${name}) | sort`);
      const { output: ran } = await run(shell, `eval "printf '%s\\n' $(cat /opt/rke/run/${name}.sh)" | sort`);
      const besides = saved.split("\n").filter((word) => !ran.split("\n").includes(word));
      expect(
        besides.filter((word) => !/^--(env=PATH=.*|restart=no)$/.test(word)),
        name,
      ).toEqual([]);
      expect(
        ran.split("\n").filter((word) => !saved.split("\n").includes(word)),
        name,
      ).toEqual([]);
    }
    // And in all that the engine knows of it, in whatever order; a container without the host's network is called by its id.
    const parts =
      "{ Name, HostConfig: (.HostConfig | .Binds |= sorted), Config: (.Config | del(.Hostname) | .Env |= sorted) }";
    const inspected = `docker inspect ${SERVICES.join(" ")} | jq --sort-keys 'def sorted: (. // []) | sort; map(${parts})'`;
    const { output: before } = await run(shell, inspected);
    const again = `for name in ${SERVICES.join(" ")}; do runlike "$name"; done >again && docker rm --force ${SERVICES.join(" ")} >removed && bash -e again >made`;
    expect(await run(shell, again)).toMatchObject({ exitCode: 0 });
    expect((await run(shell, inspected)).output).toBe(before);
    await untilItLeads();

    // What ends by itself the engine starts again (`--restart=always`); a restart that is told to it is another's.
    expect(await run(shell, `kill -9 "$(docker inspect --format '{{.State.Pid}}' etcd)"`)).toMatchObject({
      exitCode: 0,
    });
    await vi.waitFor(() => expect(scratch.story().slice(3)).toHaveLength(2), { timeout: 20_000 });
    await untilItLeads();
    expect(await run(shell, "docker restart etcd")).toMatchObject({ exitCode: 0 });
    await untilItLeads();

    await cluster.restart("n1");
    await untilItLeads();
    await machine.signal("etcd", "SIGKILL", "fault");
    await machine.exited("etcd");
    await machine.deleteMachine("fault");
    await machine.installMachine();
    expect(machine.isRunning("etcd")).toBe(false);
    expect(await tellEngine(engineOf(machine), ["ps", "--all", "--quiet"])).toBe("");
    const images = await tellEngine(engineOf(machine), ["image", "ls", "--format", "{{.Repository}}"]);
    expect(images.split("\n").toSorted()).toEqual([
      "rancher/hyperkube",
      "rancher/mirrored-coreos-etcd",
      "rancher/rke-tools",
    ]);
    expect(scratch.story()).toEqual([
      "started n1/etcd by harness",
      // The page's command, which the engine carries out.
      "exited n1/etcd exit 137 by itself",
      "started n1/etcd by runbook",
      "exited n1/etcd exit 137 by itself",
      "started n1/etcd by itself",
      "exited n1/etcd exit 0 by itself",
      "started n1/etcd by runbook",
      "signalled n1/etcd SIGTERM by harness",
      "exited n1/etcd exit 0 by harness",
      "started n1/etcd by harness",
      "signalled n1/etcd SIGKILL by fault",
      "exited n1/etcd exit 137 by fault",
    ]);
  });
});
