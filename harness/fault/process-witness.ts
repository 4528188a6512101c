/**
 * The witness of processes that are paused or killed: the kernel's own list of processes, and clients of its own. It shares
 * nothing with the injector but the names (law 3).
 */
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { memberProcessState } from "./member-process.ts";
import { notAcknowledged, recordSightings, type Looks, type Sighting } from "./sightings.ts";
import type { Targets } from "./targets.ts";

/** What tells the two faults apart. */
export type ProcessSign = "target-processes-are-paused" | "target-processes-are-gone";

const SILENT = "targets-do-not-answer";
const NO_WRITE = "others-acknowledge-no-write";

/** What it looks for. That the others have no quorum is a sign where the word says that a majority is hit. */
export function signsOf(targets: Targets, sign: ProcessSign): readonly string[] {
  return [sign, SILENT, ...(targets === "majority" ? [NO_WRITE] : [])];
}

export interface ProcessWitnessOptions extends Pick<ArmOptions, "cluster" | "recorder" | "run"> {
  readonly targets: readonly ClusterNode[];
  readonly word: Targets;
  readonly sign: ProcessSign;
}

/** The witness writes to this key alone; what it writes is in nobody's account. */
const WITNESS_KEY = "drillbook/witness/write";

/** A healthy member answers within some milliseconds. */
const TIMEOUT_MS = 1000;

/** Looks at the targets, and through one of the others. */
export function processWitness(options: ProcessWitnessOptions): Witness {
  const { cluster, run, sign, targets, word } = options;
  return {
    observe: async (when) => {
      const looks: Looks = {
        [sign]: async () => inState(targets, sign),
        [SILENT]: async () => silent(options),
        ...(word === "majority"
          ? {
              [NO_WRITE]: async (): Promise<Sighting> => {
                const other = cluster.nodes.find((node) => !targets.includes(node));
                if (other === undefined) return { seen: null, detail: "no other member is there" };
                await using client = cluster.openClient(other.name, { timeoutMs: TIMEOUT_MS });
                const attempt = await client.put(WITNESS_KEY, `${run.runId}/${when}`);
                return notAcknowledged(attempt, `a write through ${other.name}`, TIMEOUT_MS);
              },
            }
          : {}),
      };
      await recordSightings(options, when, looks);
    },
  };
}

/** Seen when it is so of all of them. */
export async function inState(targets: readonly ClusterNode[], sign: ProcessSign): Promise<Sighting> {
  const states = await Promise.all(targets.map(memberProcessState));
  const wanted = sign === "target-processes-are-paused" ? "T" : null;
  return {
    seen: states.every((state) => state === wanted),
    detail: targets.map(({ name }, index) => `${name}: ${words(states[index] ?? null)}`).join(", "),
  };
}

function words(state: string | null): string {
  if (state === null) return "no process is there";
  return state === "T" ? "its process is stopped by a signal" : `its process is in the state ${state}`;
}

async function silent({ cluster, targets }: ProcessWitnessOptions): Promise<Sighting> {
  const views = await Promise.all(targets.map(async ({ name }) => cluster.view(name, { timeoutMs: TIMEOUT_MS })));
  return {
    seen: views.every((view) => !view.answered),
    detail: views
      .map((view) => `${view.node} ${view.answered ? "answers" : `does not answer (${view.reason ?? ""})`}`)
      .join(", "),
  };
}
