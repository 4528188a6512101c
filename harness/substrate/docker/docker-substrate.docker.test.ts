/** The contract of every substrate, and what containers add to it, on the engine that answers here. */
import { describe, expect, it } from "vitest";
import { describeSubstrate } from "../../../fixtures/substrate/contract.ts";
import { run, withNode, type SubstrateUnderTest } from "../../../fixtures/substrate/contract/under-test.ts";
import { messageOf } from "../../core/index.ts";
import { labelledProcesses, showProcess } from "../process/labelled-processes.ts";
import { SUBSTRATES } from "../kinds.ts";
import { labelledInEngine, type InEngine } from "./labelled.ts";

const footing = await SUBSTRATES.docker.find().catch((error: unknown) => messageOf(error));
const here = typeof footing === "string" ? null : footing.engine;
const image =
  typeof footing === "string"
    ? null
    : (await footing.prepare({ progress: () => {}, signal: new AbortController().signal, ownEngines: false })).image;

async function inEngine(runId: string): Promise<InEngine> {
  if (here === null) throw new Error("no engine");
  return labelledInEngine(here, runId);
}

const under: SubstrateUnderTest = {
  name: "containers",
  open: ({ run: context, recorder }) => SUBSTRATES.docker.open({ engine: here, image, run: context, recorder }),
  processesOf: (runId) => labelledProcesses(runId).map(showProcess),
};

describe.skipIf(typeof footing === "string")(`containers${typeof footing === "string" ? ` (${footing})` : ""}`, () => {
  describeSubstrate(under);

  it("are machines of their own: name, processes, absolute paths; deleted, nothing of that comes back", () =>
    withNode(under, async (node, scratch, substrate) => {
      const other = await substrate.createNode({ name: "n2", programs: {}, ports: {} });
      await using shell = await node.openSession({});
      const { output } = await run(shell, "hostname; echo own >/etc/own; mkdir -p /var/snap/own; cat /proc/1/comm");
      expect(output).toMatch(/^n1\n(docker-init|tini)\n$/);
      await using second = await other.openSession({});
      expect(await run(second, "ls /etc/own")).toMatchObject({ exitCode: 2 });
      await node.deleteMachine("fault");
      expect((await inEngine(scratch.run.runId)).containers).toEqual([`drillbook-${scratch.run.runId}-n2`]);
      await node.installMachine();
      await using fresh = await node.openSession({});
      expect(await run(fresh, "ls /etc/own /var/snap/own")).toMatchObject({ exitCode: 2 });
    }));

  it("leave nothing in the engine, and nothing of another run is touched", async () => {
    await withNode(under, async (_node, other) => {
      let runId = "";
      await withNode(under, async (_one, scratch) => {
        ({ runId } = scratch.run);
        expect((await inEngine(runId)).networks).toEqual([`drillbook-${runId}`]);
      });
      expect(await inEngine(runId)).toEqual({ containers: [], networks: [] });
      expect((await inEngine(other.run.runId)).containers).toHaveLength(1);
    });
  });
});
