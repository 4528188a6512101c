/** The witness of fragmented databases: the sizes that each member's status tells `etcdctl`, which is not the injector's client. */
import type { ArmOptions, Witness } from "./fault.ts";
import { onWorkstation } from "./on-workstation.ts";
import { recordSightings, type Sighting } from "./sightings.ts";

const MOSTLY_FREE = "databases-are-mostly-free";

/** What it looks for: absent from a cluster in which nothing was compacted yet. */
export const FRAGMENT_SIGNS: readonly string[] = [MOSTLY_FREE];

const ASK_TIMEOUT_MS = 10_000;

/** Looks at all members. */
export function fragmentWitness(options: ArmOptions): Witness {
  return {
    observe: async (when) => recordSightings(options, when, { [MOSTLY_FREE]: async () => mostlyFree(options) }),
  };
}

/** Less than half of every file is in use, by `etcdctl endpoint status`. */
async function mostlyFree(options: ArmOptions): Promise<Sighting> {
  const said = await onWorkstation(options, "etcdctl endpoint status --write-out=json", ASK_TIMEOUT_MS);
  const sizes = numbersIn(said, "dbSize");
  const inUse = numbersIn(said, "dbSizeInUse");
  const members = options.cluster.nodes.filter(({ startsAs }) => startsAs === "member").length;
  if (sizes.length !== members || inUse.length !== members) {
    return { seen: null, detail: `${sizes.length} of ${members} members told their sizes` };
  }
  const shares = sizes.map((size, index) => (inUse[index] ?? size) / size);
  return {
    seen: shares.every((share) => share < 0.5),
    detail: `in use: ${shares.map((share, index) => `${Math.round(share * 100)} % of ${sizes[index]} bytes`).join(", ")}`,
  };
}

/** In the order of the endpoints. 3.7 may write 64-bit numbers in quotes. */
function numbersIn(json: string, field: string): readonly number[] {
  return [...json.matchAll(new RegExp(`"${field}":\\s*"?(\\d+)`, "g"))].map(([, digits]) => Number(digits));
}
