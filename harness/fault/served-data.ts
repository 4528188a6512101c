/** What a member serves of a value that the others have too. A part of the witness of damaged data. */
import type { ArmOptions } from "./fault.ts";
import type { DamageWitnessOptions } from "./damage-witness.ts";
import type { Looks, Sighting } from "./sightings.ts";

/** A value that was written and acknowledged before anything was damaged. */
export interface PlantedValue {
  readonly key: string;
  readonly value: string;
  readonly valueHash: string;
  readonly revision: string;
}

/** A started member serves within a second, on a busy machine within three; the page begins three seconds after it is missed. */
const SERVES_WITHIN_MS = 4000;
const LOOK_EVERY_MS = 100;
const TIMEOUT_MS = 1000;

/** Ways to look for both signs: the value as the member itself holds it, and the hashes of all members at its revision. */
export function servesOtherData(options: DamageWitnessOptions, planted: PlantedValue, when: "before" | "after"): Looks {
  const withinMs = when === "after" ? SERVES_WITHIN_MS : 0;
  return {
    "target-serves-another-value": async () => askedUntilTold(options, withinMs, async () => value(options, planted)),
    "target-has-another-hash": async () => askedUntilTold(options, withinMs, async () => hash(options, planted)),
  };
}

async function askedUntilTold(
  { run }: Pick<ArmOptions, "run">,
  withinMs: number,
  ask: () => Promise<Sighting>,
): Promise<Sighting> {
  const untilMs = run.clock.nowMs() + withinMs;
  for (;;) {
    const sighting = await ask();
    if (sighting.seen !== null || run.clock.nowMs() >= untilMs) return sighting;
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
  }
}

async function value({ cluster, node }: DamageWitnessOptions, planted: PlantedValue): Promise<Sighting> {
  await using client = cluster.openClient(node.name, { timeoutMs: TIMEOUT_MS });
  // Nobody writes the key but the fault, and once.
  const held = await client.getLocal(planted.key);
  if (held.value === null) return { seen: null, detail: `${node.name} does not tell what it holds of ${planted.key}` };
  const seen = held.value !== planted.value;
  return { seen, detail: `${node.name} serves ${seen ? "another value" : "the value"} of ${planted.key}` };
}

/** Seen when the others have one hash, and the target another. */
async function hash({ cluster, node }: DamageWitnessOptions, { revision }: PlantedValue): Promise<Sighting> {
  const views = await Promise.all(
    cluster.nodes.map(async ({ name }) => cluster.view(name, { timeoutMs: TIMEOUT_MS, hashAtRevision: revision })),
  );
  const told = views.flatMap(({ node: name, stateHash }) =>
    stateHash?.revision === revision ? [{ name, text: `${stateHash.hash}/${stateHash.compactRevision}` }] : [],
  );
  const detail = told.map(({ name, text }) => `${name}: ${text}`).join(", ");
  const own = told.find(({ name }) => name === node.name);
  const others = new Set(told.filter(({ name }) => name !== node.name).map(({ text }) => text));
  const [other] = others;
  if (own === undefined || other === undefined || others.size > 1)
    return { seen: null, detail: `hashes at revision ${revision} cannot be compared: ${detail}` };
  return { seen: own.text !== other, detail: `hashes at revision ${revision}: ${detail}` };
}
