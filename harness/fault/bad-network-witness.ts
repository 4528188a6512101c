/** The witness of a bad network: what gets through, measured at both ends (line-quality.ts). */
import type { Hindrance } from "../substrate/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { lostOf, rateOf } from "./line-quality.ts";
import { recordSightings, type Sighting } from "./sightings.ts";

const SIGNS: Readonly<Record<Hindrance["kind"], string>> = {
  lossy: "packets-to-the-targets-are-lost",
  slow: "what-the-targets-send-is-slow",
};

/** What it looks for. Absent from a network in order. */
export function badNetworkSign({ kind }: Hindrance): string {
  return SIGNS[kind];
}

export interface BadNetworkWitnessOptions extends Pick<ArmOptions, "recorder" | "run"> {
  readonly targets: readonly ClusterNode[];
  readonly how: Hindrance;
}

/** The least of it that is taken for the fault: chance, and what leaves before a rate counts, make it look better than it is. */
const AT_LEAST = 1 / 2;
/** Sent in a second, at the rate of the fault, but enough that what leaves at once is a small part. */
const LEAST_BYTES = 64 * 1024;
/** What the members themselves send goes over the same line. */
const RECEIVE_WITHIN_MS = 3000;

/** Looks at each target. */
export function badNetworkWitness({ how, recorder, run, targets }: BadNetworkWitnessOptions): Witness {
  return {
    observe: async (when) =>
      recordSightings({ recorder, run }, when, {
        [badNetworkSign(how)]: async () => {
          const all = await Promise.all(targets.map(async ({ machine }) => look(machine, how, run.signal)));
          return { seen: all.every(({ seen }) => seen), detail: all.map(({ detail }) => detail).join(", ") };
        },
      }),
  };
}

async function look(machine: ClusterNode["machine"], how: Hindrance, signal: AbortSignal): Promise<Sighting> {
  if (how.kind === "lossy") {
    const lost = await lostOf({ machine, signal });
    return { seen: lost >= how.share * AT_LEAST, detail: `${machine.name}: ${Math.round(lost * 100)} % were lost` };
  }
  if (machine.network === null) throw new Error(`${machine.name} has no network of its own`);
  const bytes = Math.max(LEAST_BYTES, Math.ceil(how.bitsPerSecond / 8));
  const { harnessAddress } = machine.network;
  const rate = await rateOf({ machine, signal }, { bytes, harnessAddress, withinMs: RECEIVE_WITHIN_MS });
  return {
    seen: rate <= how.bitsPerSecond / AT_LEAST,
    detail: `${machine.name}: ${Math.round(rate / 1000)} kbit/s came`,
  };
}
