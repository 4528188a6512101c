/**
 * When every member was seen down by its service probes. Not its business: what follows from that for the recovery time
 * (measure/).
 */
import type { Evidence } from "./evidence.ts";

/**
 * Whether an instant after the injection lies where each member's probe that was sent last had failed. A probe that proves
 * nothing leaves things as they were; a member of which nothing is known is not seen down.
 */
export function seenDownAt({ all, startingNodes, timeline }: Evidence): (atMs: number) => boolean {
  const { injectedAtMs } = timeline;
  if (injectedAtMs === null) return () => false;
  const probes = all("service-probe")
    .filter((one) => one.ok !== null && one.sentAtMs >= injectedAtMs)
    .toSorted((a, b) => a.sentAtMs - b.sentAtMs);
  const down = new Set<string>();
  const changes: { readonly fromMs: number; readonly isDown: boolean }[] = [];
  for (const { node, ok, sentAtMs } of probes) {
    if (ok === true) down.delete(node);
    else down.add(node);
    changes.push({ fromMs: sentAtMs, isDown: startingNodes.every((one) => down.has(one)) });
  }
  return (atMs) => changes.findLast(({ fromMs }) => fromMs <= atMs)?.isDown ?? false;
}
