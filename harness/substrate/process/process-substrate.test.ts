import { describe, expect, it } from "vitest";
import { describeSubstrate } from "../../../fixtures/substrate/contract.ts";
import { scratchRun } from "../../../fixtures/substrate/scratch-run.ts";
import { labelledProcesses, showProcess } from "./labelled-processes.ts";
import { openProcessSubstrate } from "./open.ts";

describeSubstrate({
  name: "processes on plain loopback",
  open: ({ run, recorder }) => openProcessSubstrate({ run, recorder }),
  processesOf: (runId) => labelledProcesses(runId).map(showProcess),
});

describe("addresses on plain loopback", () => {
  it("gives nodes made at the same time different addresses, and says what it cannot do", async () => {
    await using scratch = scratchRun();
    await using substrate = await openProcessSubstrate(scratch);
    const nodes = await Promise.all(
      ["n1", "n2", "n3"].map((name) =>
        substrate.createNode({ name, programs: {}, ports: { client: 2379, peer: 2380 } }),
      ),
    );
    expect(new Set(nodes.map((node) => `${node.address}:${node.port("client")}`)).size).toBe(3);
    expect(() => nodes[0]?.port("metrics")).toThrow(/no port named "metrics"/);
    expect(substrate.isolation).toBe("loopback");
    expect(substrate.absentCapabilities.map(({ capability }) => capability)).toContain("ends-with-worker");
  });
});
