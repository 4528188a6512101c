/**
 * The look into members' folders, in one thread of its own: tens of MB are read and hashed, for which the drill's loop must not stand
 * still. One thread for all looks, ready from the cluster's first moment: three that were started at the first look took both processors
 * of a small machine for a second, and writes of a healthy cluster took 110 ms instead of 4 meanwhile.
 */
import { Worker } from "node:worker_threads";
import { DrillError, messageOf } from "../../core/index.ts";
import type { StoredLog } from "../../ledger/index.ts";

/** What the thread is asked: a folder. What it answers: `storedIn` of it (stored.ts). */
export type StoredAnswer = StoredLog | null;

/** The module of the thread: the same kind of file (source or compiled) as this one. */
const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "./stored-thread-worker.ts" : "./stored-thread-worker.js",
  import.meta.url,
);

/** Disposing it ends the thread; who still waits for an answer is told so. */
export interface StoredThread extends AsyncDisposable {
  /**
   * What `storedIn` (stored.ts) says of a folder. Folders are looked into one after another, in the order of the asking.
   * @throws DrillError `harness` when the thread has failed or was ended.
   */
  storedIn(folder: string): Promise<StoredAnswer>;
}

/** Starts the thread, which keeps the process running only while somebody waits for its answer. */
export function openStoredThread(): StoredThread {
  const thread = new Worker(WORKER, { name: "stored" });
  const asked: PromiseWithResolvers<StoredAnswer>[] = [];
  let ended: DrillError | null = null;
  const end = (why: string, cause?: unknown): void => {
    ended ??= new DrillError("harness", "stored", `the thread that looks into folders ${why}`, { cause });
    for (const { reject } of asked.splice(0)) reject(ended);
  };
  // It answers in the order of the questions.
  thread.on("message", (answer: StoredAnswer) => {
    asked.shift()?.resolve(answer);
    if (asked.length === 0) thread.unref();
  });
  thread.on("error", (error) => end(`failed: ${messageOf(error)}`, error));
  thread.on("exit", () => end("has ended"));
  thread.unref();
  return {
    storedIn: async (folder) => {
      if (ended !== null) throw ended;
      const question = Promise.withResolvers<StoredAnswer>();
      asked.push(question);
      thread.ref();
      thread.postMessage(folder);
      return question.promise;
    },
    [Symbol.asyncDispose]: async () => void (await thread.terminate()),
  };
}
