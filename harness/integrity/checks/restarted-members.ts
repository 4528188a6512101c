/** Which members were really restarted: what their processes did counts, not what the drill says of them. */
import type { ProcessEntry } from "../../ledger/index.ts";
import type { Evidence } from "../evidence.ts";

/**
 * The nodes of which it is not on record that their member was restarted in the rolling restart: the harness signalled the
 * process that ran, that very process ended, and another was started in its place and stayed. A member that the page
 * started by hand, past its manifest, does none of this: it goes on as it was, with every flag that it was given.
 */
export function notRestartedNodes({ all, nodes }: Evidence): readonly string[] {
  const fromMs = all("phase").find((entry) => entry.phase === "rolling-restart")?.atMs ?? Infinity;
  const untilMs = all("restart").findLast((entry) => entry.event === "steady-again")?.atMs ?? Infinity;
  const named = new Set(all("restart").flatMap((entry) => (entry.event === "restarted" ? [entry.node] : [])));
  return nodes.filter((node) => {
    const happened = all("process").filter(
      (entry) => entry.node === node && entry.atMs >= fromMs && entry.atMs <= untilMs,
    );
    return !named.has(node) || !wasRestarted(happened);
  });
}

function wasRestarted(happened: readonly ProcessEntry[]): boolean {
  const signalled = happened.findIndex((entry) => entry.event === "signalled" && entry.actor === "harness");
  const told = happened[signalled];
  if (told === undefined) return false;
  const exited = happened.findIndex(
    (entry, at) => at > signalled && entry.event === "exited" && entry.pid === told.pid,
  );
  if (exited < 0) return false;
  const started = happened.findIndex(
    (entry, at) => at > exited && entry.event === "started" && entry.process === told.process,
  );
  return started >= 0 && !happened.slice(started).some((entry) => entry.event === "exited");
}
