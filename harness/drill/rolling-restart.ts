/**
 * Every member is restarted once, in turn, after the recovery: a flag or a file that the page left behind (such as
 * `--force-new-cluster`) acts at the next start and not before.
 */
import { messageOf } from "../core/index.ts";
import { awaitSteady } from "./convergence.ts";
import { membersNow } from "./member-nodes.ts";
import type { Stage } from "./stage.ts";

/** Between two members: enough to see steady state again before the next one goes. */
const HOLD_BETWEEN_MS = 500;

/**
 * Restarts the members one after another, each only when steady state is back, and records how it went.
 * @returns whether steady state held for the full hold after the last restart.
 */
export async function restartEveryMember(stage: Stage): Promise<boolean> {
  const { cluster, ledger, run, settings } = stage;
  const note = (
    event: "restarted" | "failed" | "all-restarted" | "steady-again" | "not-steady",
    node: string | null,
    detail: string,
  ): void => ledger.record({ kind: "restart", atMs: run.clock.nowMs(), event, node, detail });
  const members = await membersNow(stage);
  for (const [index, node] of members.entries()) {
    try {
      await cluster.restart(node.name);
    } catch (error) {
      run.signal.throwIfAborted();
      note("failed", node.name, messageOf(error));
      return false;
    }
    note("restarted", node.name, "stopped by SIGTERM, started from its manifest");
    const isLast = index === members.length - 1;
    if (isLast) note("all-restarted", null, "");
    const wait = await awaitSteady(stage, {
      withinMs: settings.restartWithinMs,
      holdForMs: isLast ? settings.holdForMs : HOLD_BETWEEN_MS,
    });
    if (!wait.steady) {
      note("not-steady", node.name, wait.wrong.join("; "));
      return false;
    }
  }
  note("steady-again", null, "");
  return true;
}
