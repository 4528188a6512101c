/** The last phase on a cluster in memory, by the real runDrill and judged by the real judge: dark machines come back. */
import { describe, expect, test } from "vitest";
import { soundDrill } from "../../fixtures/defects/sound.ts";
import { driveInMemory, type Driven } from "../../fixtures/in-memory/drive.ts";
import { majorityDark } from "../../fixtures/in-memory/faults.ts";
import type { ControlPlan } from "../ledger/index.ts";
import type { System } from "../system/index.ts";
import { controlPlan, type Drill } from "./index.ts";

/** The survivor goes on alone, in the same cluster, and so refuses whoever it has removed. */
const FORCED = page(
  ["force", "survivor", "stop\nforce on\nstart\nawait"],
  ["remove-flag", "survivor", "stop\nforce off\nstart\nawait"],
);
/** The survivor begins a cluster of its own, and says nothing to those of the old one. */
const NEW_CLUSTER = [["found", "survivor", "stop\nwipe\nnew-cluster $SURVIVOR_NAME\nstart\nawait"]] as const;
const FENCE = [
  ["fence-1", "replacement-1", "fence"],
  ["fence-2", "replacement-2", "fence"],
] as const;

function page(...steps: readonly (readonly [id: string, role: string, block: string])[]): string {
  return [
    "# Page",
    ...steps.map(([id, on, block]) => `\`\`\`sh step=${id} on=${on} timeout=9s\n${block}\n\`\`\``),
  ].join("\n\n");
}

/** Clients ask servers beside the members, which ask whichever member serves; `known`: those of the member itself are there. */
function besideMembers(system: System, known: boolean): System {
  return {
    ...system,
    provision: async (options) => {
      const cluster = await system.provision(options);
      return {
        ...cluster,
        openClient: (_, client) => cluster.openClient("n1", client),
        openMemberClient: known ? cluster.openClient : null,
      };
    },
  };
}

async function drive(
  text: string,
  kind: ControlPlan["kind"] = "none",
  change: (system: System) => System = (system) => system,
): Promise<Driven> {
  return driveInMemory((world, run) => {
    const sound = soundDrill("survivor", world, run);
    const drill: Drill = {
      ...sound.drill,
      system: change(sound.drill.system),
      fault: majorityDark(world),
      membership: { ...sound.drill.membership, voters: 1 },
    };
    return { ...sound, drill, page: text, control: controlPlan(drill, kind, { runId: "run-1", highMs: 3000 }) };
  });
}

const events = ({ ledger }: Driven): readonly string[] =>
  ledger.entries.flatMap((one) => (one.kind === "old-data" ? [`${one.node} ${one.event}`] : []));
const finding = ({ result }: Driven): string => {
  const found = result.findings.find(({ checkId }) => checkId === "old-data-cannot-rejoin");
  return `${found?.outcome}: ${[found?.summary, ...(found?.details ?? [])].join(" ")}`;
};
const looks = ({ ledger }: Driven): number => ledger.entries.filter(({ kind }) => kind === "old-data-look").length;

describe("machines that were dark come back", () => {
  test("both are started at once, after everything else, and end when the survivor refuses them", async () => {
    const driven = await drive(FORCED);
    expect(events(driven)).toEqual(["n2 starting", "n3 starting", "n2 ended", "n3 ended"]);
    expect(finding(driven)).toMatch(/^passed: The old data of n2 was refused/);
    expect(driven.result.outcome).toBe("passed");
    const started = driven.ledger.entries.filter((one) => one.kind === "process" && one.event === "started");
    const phase = driven.ledger.entries.find((one) => one.kind === "phase" && one.phase === "old-data");
    const returned = started.filter(({ atMs }) => atMs >= (phase?.atMs ?? Infinity));
    expect(returned).toMatchObject([
      { node: "n2", actor: "harness" },
      { node: "n3", actor: "harness" },
    ]);
  });

  test("are asked themselves, where clients ask a server beside them", async () => {
    const driven = await drive(FORCED, "none", (system) => besideMembers(system, true));
    expect(finding(driven)).toMatch(/^passed: The old data of n2 was refused/);
    const misled = await drive(FORCED, "none", (system) => besideMembers(system, false));
    expect(finding(misled)).toMatch(/^failed: .*a write through n2 was acknowledged/);
  });

  test("where nobody refuses them they are a majority of the old cluster, and it is watched no longer than that takes", async () => {
    const driven = await drive(page(...NEW_CLUSTER));
    expect(finding(driven)).toMatch(/^failed: .*a write through n2 was acknowledged .*a write through n3/);
    expect(looks(driven)).toBe(1);
    expect(driven.ledger.entries.filter(({ kind }) => kind === "trouble")).toEqual([]);
  });

  test("with their start commands taken away by the page nothing is started", async () => {
    const driven = await drive(page(...FENCE, ...NEW_CLUSTER));
    expect(events(driven)).toEqual(["n2 nothing-to-start", "n3 nothing-to-start"]);
    expect(finding(driven)).toMatch(/^passed: On n2 there was nothing to start: it is fenced. On n3/);
    expect(looks(driven)).toBe(1);
  });

  test("one that is fenced leaves the other without a majority; what it answers alone is held against it", async () => {
    const driven = await drive(page(FENCE[0], ...NEW_CLUSTER));
    expect(events(driven)).toEqual(["n2 nothing-to-start", "n3 starting", "n3 ended"]);
    expect(finding(driven)).toMatch(/^failed: .*a read through n3 was answered$/);
    expect(looks(driven)).toBeGreaterThan(2);
  });
});

test("the control restart-only has nothing to start on dark machines, and is not applicable", async () => {
  await expect(drive(FORCED, "restart-only")).rejects.toThrow(/dark machines, where nobody can start it/);
});
