/** Starts programs as children of this process, at the normal priority. */
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Launch, Launched } from "../launch.ts";
import { assertCanRun } from "./can-run.ts";
import { leadsItsGroup, spawnInOwnSession } from "./own-session.ts";
import { atNormalPriority } from "./priority.ts";

/** @param enter what to put before a command so that it runs on the machine; nothing where the machines share one network. */
export function launchHere(enter: readonly string[]): Launch {
  return async ({ command, cwd, environment, output, withInput }) => {
    const out = openSync(output, "a");
    try {
      await assertCanRun(command[0], cwd, environment["PATH"] ?? "");
      const [program = command[0], ...args] = [...enter, ...command];
      const child = atNormalPriority(() =>
        spawnInOwnSession(program, args, {
          cwd,
          env: environment,
          stdio: [withInput ? "pipe" : "ignore", out, out],
        }),
      );
      const ended = endOf(child);
      const spawned = Promise.withResolvers<void>();
      child.once("spawn", spawned.resolve).once("error", spawned.reject);
      await spawned.promise;
      if (child.pid !== undefined) await leadsItsGroup(child.pid);
      child.on("error", () => {}); // a signal that came too late; what happened is told by "exit"
      return launched(child, ended);
    } finally {
      closeSync(out);
    }
  };
}

function endOf(child: ChildProcess): Launched["ended"] {
  return new Promise((resolve) => child.once("exit", (exitCode, signal) => resolve({ exitCode, signal })));
}

function launched(child: ChildProcess, ended: Launched["ended"]): Launched {
  const { pid } = child;
  if (pid === undefined) throw new Error("the system gave it no process id");
  return {
    pid,
    pidOnMachine: pid,
    heldBy: [],
    input: child.stdin,
    ended,
    signal: (signal) => child.kill(signal),
    signalGroup: (signal) => {
      try {
        return process.kill(-pid, signal);
      } catch {
        return false; // the whole group has ended
      }
    },
  };
}
