/** The witness of a used-up quota: what every member says of its alarms, and a write through another member than the injector's. */
import { formatMs } from "../core/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { recordSightings, type Sighting } from "./sightings.ts";

const TELL = "members-tell-of-no-space";
const TURNED_AWAY = "a-write-is-turned-away-for-space";

/** What it looks for. Each is absent from a cluster with room left. */
export const QUOTA_SIGNS: readonly string[] = [TELL, TURNED_AWAY];

/** The witness writes to this key alone; what it writes is in nobody's account. */
const WITNESS_KEY = "drillbook/witness/write";

/** A healthy member answers within some milliseconds. */
const TIMEOUT_MS = 1000;
/** The alarm goes through raft: a follower on a slow machine may apply it a little later. */
const TOLD_WITHIN_MS = 2000;
const POLL_MS = 50;

/** Looks through clients of its own. */
export function quotaWitness(options: ArmOptions): Witness {
  const { cluster, run } = options;
  const members = cluster.nodes.filter(({ startsAs }) => startsAs === "member");
  return {
    observe: async (when) =>
      recordSightings(options, when, {
        [TELL]: async () =>
          toldByAll(
            options,
            members.map(({ name }) => name),
            when === "after" ? TOLD_WITHIN_MS : 0,
          ),
        [TURNED_AWAY]: async (): Promise<Sighting> => {
          // The injector fills through the first one.
          const other = members.at(-1);
          if (other === undefined) return { seen: null, detail: "there is no member" };
          await using client = cluster.openClient(other.name, { timeoutMs: TIMEOUT_MS });
          const { outcome, reason } = await client.put(WITNESS_KEY, `${run.runId}/${when}`);
          if (reason === "no-space")
            return { seen: true, detail: `${other.name} turned a write away for want of space` };
          const detail = `a write through ${other.name} was ${outcome}${reason === null ? "" : ` (${reason})`}`;
          return { seen: outcome === "acknowledged" ? false : null, detail };
        },
      }),
  };
}

/** Asks all members until each tells of the alarm, for at most `withinMs`; once if that is 0. */
async function toldByAll({ cluster, run }: ArmOptions, names: readonly string[], withinMs: number): Promise<Sighting> {
  const untilMs = run.clock.nowMs() + withinMs;
  for (;;) {
    const views = await Promise.all(names.map(async (name) => cluster.view(name, { timeoutMs: TIMEOUT_MS })));
    const silent = views.filter(({ alarms }) => alarms === null);
    const without = views.filter(({ alarms }) => alarms?.includes("NOSPACE") === false);
    if (silent.length + without.length === 0) return { seen: true, detail: `${names.join(", ")} tell of NOSPACE` };
    if (run.clock.nowMs() >= untilMs) {
      if (without.length > 0)
        return { seen: false, detail: `${without.map(({ node }) => node).join(", ")} told of no NOSPACE` };
      const who = silent.map(({ node }) => node).join(", ");
      return { seen: null, detail: `${who} told nothing of alarms within ${formatMs(TIMEOUT_MS)}` };
    }
    await run.clock.sleep(POLL_MS, run.signal);
  }
}
