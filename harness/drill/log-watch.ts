/**
 * Looks through the members' logs while the drill runs, and records each line by which a process says that it cannot go on.
 * Reading as they grow tells when a line was written without trusting any clock that stands in it.
 */
import { messageOf } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { Stage } from "./stage.ts";

/** How exactly the time of a line is known. Reading what three members have written since takes about a millisecond. */
const LOOK_EVERY_MS = 500;

/** Of a line that is recorded; a panic's first line says enough, and the whole log is in the run's evidence. */
const MOST_CHARACTERS = 1000;

/**
 * Looks through the log of every member's process from now on. Disposing looks a last time and records how far each was
 * looked through. What cannot be read is recorded, never thrown.
 */
export function watchLogs(stage: Pick<Stage, "cluster" | "ledger" | "run">): AsyncDisposable {
  const { cluster, run } = stage;
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, run.signal]);
  const logs = cluster.nodes.map((node) => followedLog(stage, node));
  const look = async (): Promise<void> => void (await Promise.all(logs.map(async (log) => log.look())));
  const looking = (async (): Promise<void> => {
    while (!signal.aborted) {
      await look();
      await run.clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
    await look();
    for (const log of logs) log.end();
  })();
  // Nobody awaits it before the disposal; until then its failure must not end the process.
  looking.catch(() => undefined);
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await looking;
    },
  };
}

interface FollowedLog {
  look(): Promise<void>;
  end(): void;
}

function followedLog(
  { cluster, ledger, run }: Pick<Stage, "cluster" | "ledger" | "run">,
  node: ClusterNode,
): FollowedLog {
  const of = { node: node.name, process: node.process };
  const fromMs = run.clock.nowMs();
  let untilMs = fromMs;
  /** When the look before this one was; 0 before the first, since what stands there by then may have been written at any time. */
  let lastLookMs = 0;
  let bytes = 0;
  /** The begun line at the end, and the look before it was begun. Bytes, since a character may be cut in two. */
  let rest: Uint8Array = new Uint8Array();
  let restNotBeforeMs = 0;
  let reason: string | null = null;

  const take = (written: Uint8Array): void => {
    const lines = Buffer.concat([rest, written]).toString("latin1").split("\n");
    const begun = lines.pop() ?? "";
    for (const line of lines) {
      note(line, restNotBeforeMs);
      restNotBeforeMs = lastLookMs;
    }
    rest = Buffer.from(begun, "latin1");
  };
  const note = (line: string, notBeforeMs: number): void => {
    const text = Buffer.from(line, "latin1").toString("utf8");
    if (!cluster.isFatalLogLine(text)) return;
    ledger.record({
      kind: "log-line",
      atMs: run.clock.nowMs(),
      notBeforeMs,
      ...of,
      line: text.slice(0, MOST_CHARACTERS),
    });
  };
  return {
    look: async () => {
      if (reason !== null) return;
      const nowMs = run.clock.nowMs();
      try {
        for (;;) {
          const written = await node.machine.readLog(node.process, bytes);
          if (written.length === 0) break;
          bytes += written.length;
          take(written);
        }
        // What is written while it is being read is found by the next look.
        untilMs = lastLookMs = nowMs;
        if (rest.length === 0) restNotBeforeMs = nowMs;
      } catch (error) {
        reason = messageOf(error);
      }
    },
    end: () => {
      if (rest.length > 0) note(Buffer.from(rest).toString("latin1"), restNotBeforeMs);
      ledger.record({ kind: "log-scan", atMs: run.clock.nowMs(), ...of, fromMs, untilMs, bytes, reason });
    },
  };
}
