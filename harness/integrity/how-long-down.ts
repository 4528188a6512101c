/** How long a control's cluster was down, in the words of its finding. */
import { formatMs } from "../core/index.ts";
import type { Recovery } from "../measure/index.ts";

/** From the injection until it was steady again, the bound rounded outward. */
export function howLongDown({ recoveryTimeMs: { low, high } }: Pick<Recovery, "recoveryTimeMs">): string {
  if (high !== null) return `steady again ${formatMs(high, "up")} after the injection`;
  return low === null ? "never down" : `not steady again for at least ${formatMs(low, "down")}`;
}
