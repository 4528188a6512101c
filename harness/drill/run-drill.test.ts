import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryRoles, memoryWorld, type MemoryPlant, type MemoryWorld } from "../../fixtures/in-memory/cluster.ts";
import { DrillError, seededRandom, type RunContext } from "../core/index.ts";
import { driveToEnd, manualClock, type ManualClock } from "../core/manual-clock.ts";
import { PHASES, type ControlPlan, type LedgerEntry } from "../ledger/index.ts";
import { leaderAndReplacements, type Cluster } from "../system/index.ts";
import { parseRunbook } from "../runbook/index.ts";
import type { Drill } from "./drill.ts";
import { runDrill } from "./run-drill.ts";
import { settingsOf } from "./settings.ts";

const PAGE =
  "# Page\n\n```sh step=save on=workstation when=before\ntrue\n```\n\n```sh step=recover on=survivor\nrecover\n```\n";

let evidenceDir: string;
beforeEach(async () => {
  evidenceDir = await mkdtemp(join(tmpdir(), "drillbook-test-"));
});
afterEach(async () => rm(evidenceDir, { recursive: true, force: true }));

interface Staged {
  readonly world: MemoryWorld;
  readonly entries: readonly LedgerEntry[];
  readonly phases: readonly string[];
}

interface Staging {
  readonly page?: string;
  readonly plant?: MemoryPlant;
  readonly control?: ControlPlan;
  /** Another cluster. */
  readonly cluster?: (cluster: Cluster) => Cluster;
  /** Called for each entry as it is recorded. */
  readonly onEntry?: (
    entry: LedgerEntry,
    controls: { readonly abort: (reason: Error) => void; readonly world: MemoryWorld },
  ) => void;
}

/** Runs a drill in memory, on a clock that is moved on until the drill is over. */
async function stage({
  page = PAGE,
  plant = {},
  control = { kind: "none" },
  cluster,
  onEntry,
}: Staging = {}): Promise<Staged> {
  const clock: ManualClock = manualClock();
  const ending = new AbortController();
  const run: RunContext = {
    runId: "run",
    clock,
    random: seededRandom(3),
    signal: ending.signal,
    workDir: evidenceDir,
    evidenceDir,
  };
  const world = memoryWorld(run, plant);
  const entries: LedgerEntry[] = [];
  const listeners = new Set<(entry: LedgerEntry) => void>();
  const ledger = {
    record: (entry: LedgerEntry): void => {
      entries.push(entry);
      for (const listener of [...listeners]) listener(entry);
      onEntry?.(entry, { abort: (reason) => ending.abort(reason), world });
    },
    flush: (): void => undefined,
    subscribe: (listener: (entry: LedgerEntry) => void): Disposable => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
  const drill: Drill = {
    id: "in-memory",
    case: null,
    title: "a majority is lost in memory",
    proves: "the order of a drill",
    system: {
      ...world.system,
      provision: async (options) => {
        const sound = await world.system.provision(options);
        return cluster === undefined ? sound : cluster(sound);
      },
    },
    fault: world.fault,
    runbook: "page.md",
    preparation: null,
    roles: memoryRoles,
    detection: { kind: "no-member-serves" },
    recoveryPoint: { kind: "survivor-commit", description: "what the survivor had committed" },
    expected: { kind: "passed" },
    objectives: { recoveryTimeMs: 60_000, lostWrites: 0, lostWritesReason: null },
    controls: { selfHealing: null, recoveryOnly: { kind: "harmless", stopsAt: null, roles: leaderAndReplacements } },
    membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  };
  const done = runDrill(drill, {
    run,
    ledger,
    openSubstrate: async () => Promise.resolve(world.substrate),
    programs: {},
    runbook: parseRunbook(page, "page.md"),
    settings: settingsOf(drill),
    control,
    page: "as-written",
    keep: null,
    forkPoint: null,
    fork: null,
  });
  await driveToEnd(clock, done);
  const phases = entries.filter((entry) => entry.kind === "phase").map((entry) => entry.phase);
  return { world, entries, phases };
}

const ofKind = <K extends LedgerEntry["kind"]>(
  entries: readonly LedgerEntry[],
  kind: K,
): readonly Extract<LedgerEntry, { kind: K }>[] =>
  entries.filter((entry): entry is Extract<LedgerEntry, { kind: K }> => entry.kind === kind);

describe("runDrill", () => {
  it("goes through every phase in order, and disposes what it made", async () => {
    const { phases, entries, world } = await stage();
    expect(phases).toEqual(PHASES);
    expect(ofKind(entries, "trouble")).toEqual([]);
    expect(ofKind(entries, "restart").at(-1)?.event).toBe("steady-again");
    expect(entries.at(-1)?.kind).toBe("end");
    expect(world.disposed()).toBe(true);
  });

  it("reads every member back twice, at the revision of a fence", async () => {
    const { entries } = await stage();
    const fences = ofKind(entries, "fence");
    expect(fences.map((fence) => fence.pass)).toEqual(["after-convergence", "after-restart"]);
    expect(ofKind(entries, "read-back-end").map(({ pass, node, complete }) => [pass, node, complete])).toEqual(
      (["after-convergence", "after-restart"] as const).flatMap((pass) =>
        ["n1", "n2", "n3"].map((node) => [pass, node, true]),
      ),
    );
  });

  it("does not pause the workload for the fault, and stops it before the read-back", async () => {
    const { entries } = await stage();
    const injectedAtMs = ofKind(entries, "fault").find((entry) => entry.event === "injecting")?.atMs ?? NaN;
    const writes = ofKind(entries, "operation").filter((entry) => entry.op !== "get");
    const gaps = writes
      .map((write) => write.sentAtMs)
      .sort((a, b) => a - b)
      .map((sentAtMs, index, all) => sentAtMs - (all[index - 1] ?? sentAtMs));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5.001);
    expect(writes.some((write) => write.sentAtMs > injectedAtMs)).toBe(true);
    const stoppedAt = entries.findIndex((entry) => entry.kind === "workload-stopped");
    expect(entries.findIndex((entry) => entry.kind === "fence")).toBeGreaterThan(stoppedAt);
    expect(entries.slice(stoppedAt).some((entry) => entry.kind === "operation")).toBe(false);
  });

  it("looks before the injection and after it", async () => {
    const { entries } = await stage();
    expect(ofKind(entries, "witness").map(({ when, seen }) => [when, seen])).toEqual([
      ["before", false],
      ["after", true],
    ]);
  });

  it("does not follow the page when nothing was detected, because nothing was broken", async () => {
    const { entries } = await stage({ plant: { injectorDoesNothing: true } });
    expect(ofKind(entries, "detection")).toEqual([]);
    expect(ofKind(entries, "runbook").filter(({ part }) => part === "recovery")).toEqual([]);
    expect(ofKind(entries, "witness").find((entry) => entry.when === "after")?.seen).toBe(false);
  });

  it("does not recover by itself when the page does nothing", async () => {
    const { entries, phases } = await stage({ page: "# Page\n\n```sh step=nothing on=survivor\ntrue\n```\n" });
    expect(phases).not.toContain("rolling-restart");
    expect(ofKind(entries, "fence")).toMatchObject([{ pass: "after-convergence", revision: null }]);
    expect(entries.at(-1)?.kind).toBe("end");
  });

  it("binds roles from what the members say, and leaves an ambiguous one unbound", async () => {
    const { entries } = await stage({
      onEntry: (entry, { world }) => {
        // A second member is back by the time of the diagnosis: nobody may guess which of the two is meant.
        if (entry.kind === "detection") world.store.member("n2").up = true;
      },
    });
    expect(ofKind(entries, "role").find((entry) => entry.role === "survivor")?.node).toBeNull();
    expect(ofKind(entries, "step").map((step) => step.status)).toEqual(["ran", "skipped"]);
  });

  it("is over at once when it is interrupted before anything was started", async () => {
    const { entries, phases } = await stage({
      onEntry: (entry, { abort }) => {
        if (entry.kind === "phase") abort(new DrillError("interrupted", "test", "told to end"));
      },
    });
    expect(phases).toEqual(["preflight"]);
    expect(ofKind(entries, "trouble")).toMatchObject([{ outcome: "interrupted" }]);
    expect(entries.at(-1)?.kind).toBe("end");
  });

  it.each(PHASES.slice(1, -1))("ends in order when it is interrupted in the phase %s", async (phase) => {
    const { entries, phases, world } = await stage({
      onEntry: (entry, { abort }) => {
        if (entry.kind === "phase" && entry.phase === phase)
          abort(new DrillError("interrupted", "test", "told to end"));
      },
    });
    expect(ofKind(entries, "trouble")).toMatchObject([{ outcome: "interrupted" }]);
    expect(phases.at(-1)).toBe("teardown");
    expect(entries.at(-1)?.kind).toBe("end");
    expect(world.disposed()).toBe(true);
  });

  it("records every failure of the harness, the first one first, also those of the disposal", async () => {
    let hangs = false;
    const { entries, world } = await stage({
      onEntry: (entry) => {
        hangs ||= entry.kind === "phase" && entry.phase === "fault";
      },
      cluster: (cluster) => ({
        ...cluster,
        openClient: (node, options) => {
          const client = cluster.openClient(node, options);
          const never = new Promise<never>(() => undefined);
          return { ...client, put: async (key, value) => (hangs ? never : client.put(key, value)) };
        },
      }),
    });
    expect(
      ofKind(entries, "trouble").map(({ outcome, message }) => [outcome, /^\d+ (.*) were/.exec(message)?.[1]]),
    ).toEqual([
      ["broken", "operations of the workload"],
      ["broken", "writes of the service probe through n1"],
    ]);
    expect(entries.at(-1)?.kind).toBe("end");
    expect(world.disposed()).toBe(true);
  });

  it("records a failure of the harness as broken, and still disposes", async () => {
    const { entries, world } = await stage({ plant: { provisionFails: true } });
    expect(ofKind(entries, "trouble")).toMatchObject([{ outcome: "broken", message: "planted: no cluster" }]);
    expect(entries.at(-1)?.kind).toBe("end");
    expect(world.disposed()).toBe(true);
  });
});
