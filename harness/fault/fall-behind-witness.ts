/**
 * The witness of a cluster that is down with one folder behind: the kernel's list of processes, and what the folders say themselves. It
 * shares nothing with the injector, which sends signals and writes (law 3).
 */
import type { MemberView } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { inState } from "./process-witness.ts";
import { recordSightings, type Sighting } from "./sightings.ts";

const GONE = "target-processes-are-gone";
const BEHIND = "one-folder-is-behind";

/** What it looks for. */
export const FALL_BEHIND_SIGNS: readonly string[] = [GONE, BEHIND];

export interface FallBehindWitnessOptions extends Pick<ArmOptions, "cluster" | "recorder" | "run"> {
  readonly behind: ClusterNode;
  readonly others: readonly ClusterNode[];
}

/** So many entries are no matter of a moment: members that run are some milliseconds apart. */
const ENTRIES_BEHIND = 40n;
const TIMEOUT_MS = 1000;

/** Looks at all of them. */
export function fallBehindWitness(options: FallBehindWitnessOptions): Witness {
  const { behind, others } = options;
  return {
    observe: async (when) =>
      recordSightings(options, when, {
        [GONE]: async () => inState([behind, ...others], GONE),
        [BEHIND]: async () => folderIsBehind(options),
      }),
  };
}

async function folderIsBehind({ behind, cluster, others }: FallBehindWitnessOptions): Promise<Sighting> {
  const view = async ({ name }: ClusterNode): Promise<MemberView> =>
    cluster.view(name, { timeoutMs: TIMEOUT_MS, withStored: true });
  const [its, ...theirs] = await Promise.all([behind, ...others].map(view));
  const lag = theirs.map((other) => difference(other, its));
  const detail = [its, ...theirs].map(
    (one) => `${one?.node} ends at ${one?.stored?.lastIndex ?? "nobody knows where"}`,
  );
  return {
    seen: lag.includes(null) ? null : lag.every((entries) => entries !== null && entries >= ENTRIES_BEHIND),
    detail: detail.join(", "),
  };
}

function difference(other: MemberView, its: MemberView | undefined): bigint | null {
  const [to, from] = [other.stored?.lastIndex ?? null, its?.stored?.lastIndex ?? null];
  return to === null || from === null ? null : BigInt(to) - BigInt(from);
}
