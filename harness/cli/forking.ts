/**
 * Fork points on disk, as the worker makes and takes up one: the copy of the machines, the record up to the instant, and what
 * else a fork must know. Not its business: when one is taken and how a fork begins (drill/), when it is removed (the front).
 */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DrillError,
  seededRandom,
  standingClock,
  type Random,
  type RunContext,
  type StandingClock,
} from "../core/index.ts";
import { recordOfForks, type Fork, type ForkPoint, type ForkPointTaking } from "../drill/index.ts";
import { readLedger, type ForkOrigin, type LedgerHeader } from "../ledger/index.ts";
import { parseRunbook, stepsOf } from "../runbook/index.ts";
import {
  bringMachinesBack,
  digestMachines,
  forkPointFolderOf,
  makeForkPointFolder,
  type MachineDigests,
} from "../substrate/index.ts";

const RECORD_FILE = "record.ndjson";
const POINT_FILE = "fork-point.json";

interface StoredForkPoint {
  readonly point: ForkPoint;
  readonly digests: MachineDigests;
}

/** A fork point that may be taken. */
export interface ForkPointOnDisk extends ForkPointTaking {
  /**
   * Makes it whole, when the run is over, since hashing takes its time; removes it when none was taken.
   * @returns whether there is one.
   */
  seal(): Promise<boolean>;
}

/** What a run begins with: its own instant 0, or that of a fork point. Its clock stands still until it goes on. */
export function beginningOf(
  seed: number,
  stored: StoredForkPoint | null,
): { readonly forkedFrom: ForkOrigin | null; readonly random: Random; readonly clock: StandingClock } {
  if (stored === null) return { forkedFrom: null, random: seededRandom(seed), clock: standingClock(0) };
  const { atMs, runId } = stored.point;
  // Not the numbers again that the origin has used up: ids of leases are among them.
  return { forkedFrom: { runId, atMs }, random: seededRandom(seed).fork("fork"), clock: standingClock(atMs) };
}

/** Where a run puts its fork point. */
export async function forkPointOnDisk(
  { runId }: RunContext,
  { ledgerFile, flush }: { readonly ledgerFile: string; readonly flush: () => void },
): Promise<ForkPointOnDisk> {
  const folder = await makeForkPointFolder(runId);
  let taken: ForkPoint | null = null;
  return {
    folder: join(folder, "machines"),
    cut: () => {
      flush();
      copyFileSync(ledgerFile, join(folder, RECORD_FILE));
    },
    taken: (point) => void (taken = point),
    seal: async () => {
      if (taken === null) {
        rmSync(folder, { recursive: true });
        return false;
      }
      const stored: StoredForkPoint = { point: taken, digests: await digestMachines(taken.machines.folder) };
      writeFileSync(join(folder, POINT_FILE), JSON.stringify(stored), { mode: 0o600 });
      return true;
    },
  };
}

/**
 * Takes up the fork point of another run, and brings its machines into this run's work folder.
 * @param header the header of the fork.
 * @param began called when the clock goes on.
 * @throws DrillError `environment` when the copy is not whole; `usage` when the plan of this run is another than the origin's
 * in what had happened by then.
 */
export async function openFork(
  { point, digests }: StoredForkPoint,
  {
    run,
    header,
    began,
  }: {
    readonly run: RunContext & { readonly clock: StandingClock };
    readonly header: LedgerHeader;
    readonly began: () => Promise<void>;
  },
): Promise<Fork> {
  const origin = await readLedger(join(forkPointFolderOf(point.runId), RECORD_FILE));
  const differs = whatDiffers(origin.header, header);
  if (differs.length > 0) {
    const message = `this drill cannot be forked from ${point.runId}, which had come to the alert by another plan (${differs.join(", ")})`;
    throw new DrillError("usage", "fork", message);
  }
  await bringMachinesBack(point.machines, digests, run);
  return {
    point,
    record: recordOfForks(origin.entries),
    goOn: async () => {
      run.clock.goOn();
      await began();
    },
  };
}

/** @throws DrillError `environment` when there is no such fork point. */
export function storedForkPoint(originRunId: string): StoredForkPoint {
  const file = join(forkPointFolderOf(originRunId), POINT_FILE);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as StoredForkPoint;
  } catch (error) {
    throw new DrillError("environment", "fork", `run ${originRunId} has no fork point that can be read`, {
      cause: error,
    });
  }
}

/** What a record up to the alert follows from, and a fork may not change. */
function whatDiffers(origin: LedgerHeader, fork: LedgerHeader): readonly string[] {
  const parts = ({ drillId, fault, plan, runbook }: LedgerHeader): Readonly<Record<string, unknown>> => ({
    "the drill": [drillId, fault],
    "the detection": plan.detection,
    "the probes": [plan.serviceProbe, plan.clusterProbe],
    "the workload": plan.workload,
    "the page's preparation": runbook === null ? null : stepsOf(parseRunbook(runbook.text, ""), "preparation"),
  });
  const [before, now] = [parts(origin), parts(fork)];
  return Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
}
