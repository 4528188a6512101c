/** The roles of the pages that restore a snapshot: whose data is saved, who is first, and who is started when. */
import { leaderAndReplacements, survivorAndReplacements, type RoleBinder } from "../../harness/system/index.ts";

/** The members by the order of their names, as a stateful set counts them. */
const ORDINALS = ["first", "second", "third"] as const;
type Ordinal = (typeof ORDINALS)[number];

/** In which order the three are started. */
export type StartOrder = readonly [Ordinal, Ordinal, Ordinal];

/** `survivor`: the only one that answers. `first`, `second`, `third`: by name. `starts-1` to `starts-3`: the same in the order of their start. */
export function restoredInOrder(order: StartOrder): RoleBinder {
  return withOrdinals(survivorAndReplacements, order);
}

/** The same for somebody who takes a healthy cluster for a broken one: `survivor` is the leader. */
export function restoredThoughHealthy(order: StartOrder): RoleBinder {
  return withOrdinals(leaderAndReplacements, order);
}

function withOrdinals(bindSurvivor: RoleBinder, order: StartOrder): RoleBinder {
  return (views) => {
    const nodes = views.map(({ node }) => node).sort();
    const ordinal = (role: string, which: Ordinal): { role: string; node: string | null; because: string } => ({
      role,
      node: nodes[ORDINALS.indexOf(which)] ?? null,
      because: `the ${which} by name`,
    });
    return [
      ...bindSurvivor(views).filter(({ role }) => role === "survivor"),
      ...ORDINALS.map((which) => ordinal(which, which)),
      ...order.map((which, index) => ordinal(`starts-${index + 1}`, which)),
    ];
  };
}
