/** Machines with a Docker engine of their own, on the engine that answers here. */
import { describe, expect, it } from "vitest";
import { run, withNode, type SubstrateUnderTest } from "../../../fixtures/substrate/contract/under-test.ts";
import { messageOf } from "../../core/index.ts";
import { SUBSTRATES } from "../kinds.ts";
import { labelledProcesses, showProcess } from "../process/labelled-processes.ts";
import { tellEngine } from "./engine.ts";
import { labelledInEngine } from "./labelled.ts";

const footing = await SUBSTRATES.docker.find().catch((error: unknown) => messageOf(error));
const here = typeof footing === "string" ? null : footing.engine;
const preparing = { progress: () => {}, signal: new AbortController().signal, ownEngines: true };
const image = typeof footing === "string" ? null : (await footing.prepare(preparing)).image;

const under: SubstrateUnderTest = {
  name: "machines with engines",
  open: ({ run: context, recorder }) => SUBSTRATES.docker.open({ engine: here, image, run: context, recorder }),
  processesOf: (runId) => labelledProcesses(runId).map(showProcess),
};

/** On the machine: an image without a base, and a container of it that writes into a folder of the machine, and serves on its network. */
const START_OWN = `
mkdir -p /tmp/root/bin /var/lib/own
cp /bin/busybox /tmp/root/bin/
tar -c -C /tmp/root . | docker import - box:1 >/dev/null
docker run --detach --name own --net=host -v /var/lib/own:/data box:1 /bin/busybox sh -c '
  echo kept >/data/file; echo answered >/page; exec /bin/busybox httpd -f -p 8080' >/dev/null
until curl --silent http://127.0.0.1:8080/page; do sleep 0.1; done
cat /var/lib/own/file
docker ps --format '{{.Names}}'`;

describe.skipIf(typeof footing === "string")(
  `machines with engines${typeof footing === "string" ? ` (${footing})` : ""}`,
  () => {
    it("run containers that have the machine's folders and address, and go with the machine", () =>
      withNode(under, async (plain, scratch, substrate) => {
        if (here === null) throw new Error("no engine");
        expect(plain.engine()).toBeNull();
        const node = await substrate.createNode({ name: "vm1", programs: {}, ports: {}, ownEngine: true });
        const shell = await node.openSession({});
        expect((await run(shell, START_OWN)).output).toBe("answered\nkept\nown\n");
        const page = await fetch(`http://${node.address}:8080/page`);
        expect(await page.text()).toBe("answered\n");
        const own = node.engine();
        if (own === null) throw new Error("the machine has no engine");
        expect(await tellEngine(own, ["ps", "--format", "{{.Names}} {{.Image}}"])).toBe("own box:1");

        const { containers } = await labelledInEngine(here, scratch.run.runId);
        const vm = containers.find((name) => name.endsWith("-vm1"));
        const mounts = await tellEngine(here, ["inspect", "--format", "{{json .Mounts}}", vm ?? ""]);
        const volume = /"Name":"([0-9a-f]{64})"/.exec(mounts)?.[1] ?? "";
        expect(await tellEngine(here, ["volume", "inspect", "--format", "{{.Name}}", volume])).toBe(volume);

        await node.deleteMachine("fault");
        expect(node.engine()).toBeNull();
        await expect(fetch(`http://${node.address}:8080/page`)).rejects.toThrow("fetch failed");
        await expect(tellEngine(here, ["volume", "inspect", volume])).rejects.toThrow(/no such volume/i);

        await node.installMachine();
        await using fresh = await node.openSession({});
        expect((await run(fresh, "docker ps --all --quiet; docker image ls --quiet; ls /var/lib/own")).output).toMatch(
          /^ls: cannot access/,
        );
      }));
  },
);
