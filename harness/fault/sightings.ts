/** How witnesses look and record what they see. Not its business: where a sign is looked for. */
import { formatMs, messageOf } from "../core/index.ts";
import type { Attempt } from "../system/index.ts";
import type { ArmOptions } from "./fault.ts";

/** What was seen of one sign, and in words. Null: nobody could look. */
export interface Sighting {
  readonly seen: boolean | null;
  readonly detail: string;
}

/** One way to look for each sign. */
export type Looks = Readonly<Record<string, () => Promise<Sighting>>>;

/** Looks for all signs at once and records an entry for each. A look that fails saw nothing: that is neither yes nor no. */
export async function recordSightings(
  { recorder, run }: Pick<ArmOptions, "recorder" | "run">,
  when: "before" | "after",
  looks: Looks,
): Promise<void> {
  await Promise.all(
    Object.entries(looks).map(async ([sign, look]) => {
      const sentAtMs = run.clock.nowMs();
      const sighting = await attempted(look);
      recorder.record({ kind: "witness", atMs: run.clock.nowMs(), sentAtMs, when, sign, ...sighting });
    }),
  );
}

async function attempted(look: () => Promise<Sighting>): Promise<Sighting> {
  try {
    return await look();
  } catch (error) {
    return { seen: null, detail: `could not look: ${messageOf(error)}` };
  }
}

/** True when a member was reached and did not acknowledge; of one that was not reached, nothing is known of its quorum. */
export function notAcknowledged(attempt: Attempt, what: string, timeoutMs: number): Sighting {
  switch (attempt.outcome) {
    case "acknowledged":
      return { seen: false, detail: `${what} was acknowledged` };
    case "unknown":
      return {
        seen: true,
        detail: `${what} was not acknowledged within ${formatMs(timeoutMs)} (${attempt.reason ?? ""})`,
      };
    case "refused":
      return { seen: null, detail: `${what} did not reach the member (${attempt.reason ?? ""})` };
  }
}
