/**
 * Roles of a page about a member that runs, answers, and takes nothing in any more: neither what it says nor who lists it tells. Bound from
 * what the nodes' folders say, never from what was injected (law 8).
 * Not its business: ordering the logs (good-data.ts).
 */
import type { RoleBinder } from "../cluster.ts";
import { goodAndBehind } from "./good-data.ts";

const ROLES: Readonly<Record<string, string>> = { behind: "failed", good: "healthy" };

/**
 * `failed`: the member whose log ends first. `healthy`: the one whose log ends last. Members that are well differ by a write or two, so that some
 * member is always the last: a page that goes by this looks at that machine itself before it acts.
 */
export const laggingAndHealthy: RoleBinder = (views) =>
  goodAndBehind("log")(views).flatMap(({ because, node, role }) => {
    const named = ROLES[role];
    return named === undefined ? [] : [{ role: named, node, because }];
  });
