/** The drill's own wait after a restart ended without steady state: what that is worth. */
import { steadyAfterRestart } from "../../measure/index.ts";
import { failed, inconclusive, type Judged } from "../check.ts";
import { pick, type Evidence } from "../evidence.ts";
import { memberIdentity } from "./member-identity.ts";

/**
 * Null when the drill does not say `not-steady`. That word alone proves nothing: a wait also ends so when the harness was
 * too slow to look, or when the hold was still young. Proof is a stream of probes that stands bad when the wait ends, or
 * a member that is another one than before.
 */
export function saidNotSteady(evidence: Evidence): Judged | null {
  const said = evidence.all("restart").filter((entry) => entry.event === "not-steady");
  const last = said.at(-1);
  if (last === undefined) return null;
  const words = said.map((entry) => `${entry.node ?? "all"}: ${entry.event} ${entry.detail}`.trim());
  const window = steadyAfterRestart(evidence.ledger);
  const standing = window?.wrongAtEnd.standing ?? [];
  if (standing.length > 0)
    return failed("The cluster did not survive the restart of its members.", [...standing, ...words]);
  const others = otherMembersBy(evidence, last.atMs);
  if (others.length > 0) return failed("A member is not the same after its restart.", [...others, ...words]);
  return inconclusive("It is not known whether steady state returned after the restart: no probe stands bad.", [
    ...words,
    ...(window?.status.wrong ?? ["it is not on record that a member was restarted"]),
  ]);
}

/** The members that tell another identity at an instant than before the restarts; one that tells none is no proof. */
function otherMembersBy({ all, lacks, recovery, nodes }: Evidence, untilMs: number): readonly string[] {
  const before = pick(recovery.watched, "cluster-probe").at(-1);
  const after = all("cluster-probe").findLast((entry) => entry.atMs <= untilMs);
  if (before === undefined || after === undefined) return [];
  return nodes.flatMap((node) => {
    const [was, is] = [memberIdentity(before, node, lacks), memberIdentity(after, node, lacks)];
    return was === null || is === null || was === is ? [] : [`${node}: was ${was}, is ${is}`];
  });
}
