/** A drill with a second cluster beside the one that is broken, in memory, by the real runDrill and judged by the real judge. */
import { expect, test } from "vitest";
import { soundDrill } from "../../fixtures/defects/sound.ts";
import { driveInMemory, driveWithForkPoint, type Build, type Driven } from "../../fixtures/in-memory/drive.ts";
import type { ControlPlan, LedgerEntry } from "../ledger/index.ts";
import { nodesByName } from "../system/index.ts";
import type { Drill } from "./index.ts";

const MACHINES = ["node-1", "node-2", "node-3"];
const step = (id: string, on: string, command: string): string => `\`\`\`sh step=${id} on=${on}\n${command}\n\`\`\`\n`;

/** Everything of the cluster is thrown away, and it begins again, empty. */
const BEGIN_AGAIN = [
  ...MACHINES.map((on) => step(`clear-${on}`, on, "stop || true\nwipe\nnew-cluster")),
  ...MACHINES.map((on) => step(`start-${on}`, on, "start")),
  ...MACHINES.map((on) => step(`wait-${on}`, on, "await")),
].join("\n");
const FIND_OUT = "```sh step=identify on=workstation effect=none names=cluster\nill-cluster memory events\n```\n\n";

interface Staging {
  readonly page: string;
  readonly takenForIll?: string;
  readonly control?: ControlPlan;
}

const PLANT = { bystander: "events" };

function building({ page, takenForIll, control = { kind: "none" } }: Staging): Build {
  return (world, run) => {
    const sound = soundDrill("survivor", world, run);
    const drill: Drill = {
      ...sound.drill,
      preparation: null,
      roles: nodesByName,
      recoveryPoint: { kind: "nothing", description: "the page begins empty" },
      objectives: { recoveryTimeMs: 60_000, lostWrites: 10_000, lostWritesReason: "the page keeps nothing" },
      membership: { voters: 3, clusterId: "changed", revisionMayGoBack: true },
      controls: { selfHealing: null, recoveryOnly: { kind: "harmless", stopsAt: "identify" } },
      ...(takenForIll === undefined ? {} : { takenForIll }),
    };
    return { ...sound, drill, page: `# Page\n\n${page}`, control };
  };
}

const drive = async (staging: Staging): Promise<Driven> => driveInMemory(building(staging), PLANT);

const outcomes = ({ result }: Driven): Readonly<Record<string, string>> =>
  Object.fromEntries(result.findings.map(({ checkId, outcome }) => [checkId, outcome]));
const beside = ({ ledger }: Driven): readonly LedgerEntry[] =>
  ledger.entries.flatMap((one) => (one.kind === "bystander" && one.cluster === "events" ? [one.entry] : []));
const nodesOf = ({ result }: Driven): readonly (string | null)[] => result.roles.map(({ node }) => node);

test("the page finds out which cluster is ill, though the operator was told another, and the one beside it is unharmed", async () => {
  const driven = await drive({ page: FIND_OUT + BEGIN_AGAIN, takenForIll: "events" });
  expect(driven.result.outcome).toBe("passed");
  expect(outcomes(driven)).toMatchObject({ converged: "passed", "bystander-unharmed": "passed" });
  expect(nodesOf(driven)).toEqual(["n1", "n2", "n3"]);
  expect(driven.result.roles[0]?.because).toMatch(/of the cluster memory: the page names it$/);
});

test("the page on the wrong cluster: that is harmed, and the ill one stays down", async () => {
  const driven = await drive({ page: BEGIN_AGAIN, takenForIll: "events" });
  expect(driven.result.outcome).toBe("failed");
  expect(outcomes(driven)).toMatchObject({
    "every-step-ran": "passed",
    "only-the-runbook-acted": "passed",
    converged: "failed",
    "bystander-unharmed": "failed",
  });
  expect(nodesOf(driven)).toEqual(["b1", "b2", "b3"]);
  const finding = driven.result.findings.find(({ checkId }) => checkId === "bystander-unharmed");
  expect(finding?.summary).toMatch(/^events was harmed: \d+ of \d+ acknowledged writes that had to be kept are lost/);
  expect(finding?.details).toContain("the page started or stopped its processes 6 time(s)");
});

test("an empty page recovers nothing, and harms nobody", async () => {
  const driven = await drive({ page: "Nothing is done." });
  expect(outcomes(driven)).toMatchObject({ converged: "failed", "bystander-unharmed": "passed" });
});

test("of the one beside it every line names it, and none is taken for the drilled cluster's", async () => {
  const driven = await drive({ page: FIND_OUT + BEGIN_AGAIN });
  const kinds = new Set(beside(driven).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(
    [
      ...["cluster-probe", "fence", "loop-lag", "node", "operation", "process", "read-back", "read-back-end"],
      ...["service-probe", "workload-stopped"],
    ].sort(),
  );
  const nodes = driven.ledger.entries.flatMap((one) => ("node" in one && one.node !== null ? [one.node] : []));
  expect([...new Set(nodes)].sort()).toEqual(["n1", "n2", "n3", "workstation"]);
});

test("nobody writes the same values to both, so that what comes from the other is foreign", async () => {
  const driven = await drive({ page: FIND_OUT + BEGIN_AGAIN });
  const hashes = (entries: readonly LedgerEntry[]): readonly string[] =>
    entries.flatMap((one) => (one.kind === "operation" && one.op === "put" ? [one.valueHash ?? ""] : []));
  const own = new Set(hashes(driven.ledger.entries));
  expect(hashes(beside(driven)).length).toBeGreaterThan(50);
  expect(hashes(beside(driven)).filter((hash) => own.has(hash))).toEqual([]);
});

test("controls: nothing happens to either, and a page that finds both well stops before it does anything", async () => {
  const page = FIND_OUT + BEGIN_AGAIN;
  const calm = await drive({ page, control: { kind: "no-fault" } });
  expect(calm.result.outcome).toBe("passed");
  expect(outcomes(calm)).toMatchObject({ "stayed-steady": "passed", "bystander-unharmed": "passed" });
  const refused = await drive({ page, control: { kind: "recovery-only" } });
  expect(refused.result.outcome).toBe("passed");
  const harmful = await drive({ page: BEGIN_AGAIN, takenForIll: "events", control: { kind: "recovery-only" } });
  expect(harmful.result.outcome).toBe("failed");
  expect(harmful.result.findings.find(({ checkId }) => checkId === "harm-as-declared")?.summary).toContain(
    "bystander-unharmed",
  );
});

test("a drill with one beside it takes no fork point, and says why", async () => {
  const { ledger, taken } = await driveWithForkPoint(building({ page: FIND_OUT + BEGIN_AGAIN }), PLANT);
  expect(taken).toBeNull();
  expect(ledger.entries).toContainEqual(
    expect.objectContaining({
      kind: "fork-point",
      event: "not-taken",
      reason: expect.stringContaining("two side by side"),
    }),
  );
});

test("an operator who takes a cluster for the ill one that there is not is a defect of the scenario", async () => {
  const { result } = await drive({ page: BEGIN_AGAIN, takenForIll: "elsewhere" });
  expect(result.outcome).toBe("broken");
  expect(result.notes.join()).toContain("there is no cluster elsewhere");
});
