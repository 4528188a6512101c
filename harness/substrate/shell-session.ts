/**
 * A kept shell: one bash that runs blocks in turn, with a deadline for each.
 * What a block's end means is in shell-driver.ts. Where bash runs is the connection's business.
 */
import { randomBytes } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { DrillError } from "../core/index.ts";
import { endMarkerFinder, type MarkedOutput } from "./end-marker.ts";
import type { BlockOptions, BlockResult, ShellSession } from "./substrate.ts";

/** A bash that runs `SHELL_DRIVER`, wherever it is. */
export interface ShellConnection {
  /** Its standard input. */
  readonly requests: Writable;
  /** Its standard output. Standard error must not be a stream of its own. */
  readonly output: Readable;
  /** Resolves when bash itself has ended; what its blocks left running may live on. */
  readonly ended: Promise<void>;
  /** Kills bash and everything in its process group, at once. Does nothing when they are gone. */
  kill(): void;
}

/** What a background process prints between two blocks is kept for the next block, up to this size. */
const LATE_OUTPUT_LIMIT_BYTES = 64 * 1024;
/** After bash has ended, its last output is awaited this long: a process that it left behind may hold the pipe open for ever. */
const LAST_OUTPUT_MS = 200;
/** How long bash may take to end after it was killed, or after its input was closed (an EXIT trap may run). */
const END_WITHIN_MS = 1_000;

/** Where the output of the shell goes at the moment. */
type Sink = (chunk: Buffer) => void;

/** A session on a bash that has just been started. */
export function shellSession(connection: ShellConnection): ShellSession {
  const late = lateOutput();
  let sink: Sink = late.keep;
  let ended = false;
  let busy = false;
  const gone = connection.ended.then(() => {
    ended = true;
  });
  const outputClosed = new Promise<void>((resolve) => connection.output.once("close", resolve));
  connection.requests.on("error", () => {}); // bash has ended; `gone` says so
  connection.output.on("error", () => {});
  connection.output.on("data", (chunk: Buffer) => sink(chunk));

  /** Kills bash, then takes what it had printed. */
  const end = async (): Promise<void> => {
    connection.kill();
    await Promise.race([gone, delay(END_WITHIN_MS, undefined, { ref: false })]);
    ended = true;
    await Promise.race([outputClosed, delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
  };

  const runBlock = async (block: string, options: BlockOptions): Promise<BlockResult> => {
    const stop = Promise.withResolvers<"deadline" | "abort">();
    const finished = Promise.withResolvers<number>();
    const timer = setTimeout(() => stop.resolve("deadline"), options.timeoutMs);
    const abort = (): void => stop.resolve("abort");
    options.signal.addEventListener("abort", abort, { once: true });
    const token = randomBytes(16).toString("hex");
    const find = endMarkerFinder(token);
    sink = (chunk) => {
      let seen: MarkedOutput;
      try {
        seen = find(chunk);
        if (seen.output.length > 0) options.output(seen.output);
      } catch (error) {
        sink = () => {};
        finished.reject(error);
        return;
      }
      if (seen.status === null) return;
      sink = late.keep;
      if (seen.rest.length > 0) late.keep(seen.rest);
      finished.resolve(seen.status);
    };
    try {
      const before = late.take();
      if (before.length > 0) options.output(before);
      connection.requests.write(`${block}\0${token}\0`);
      const first = await Promise.race([finished.promise, stop.promise, gone]);
      if (typeof first === "number") return { status: "ran", exitCode: first };
      if (first !== undefined) {
        await end();
        if (first === "abort") options.signal.throwIfAborted();
        return { status: "timed-out", exitCode: null };
      }
      await Promise.race([outputClosed, delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
      return { status: "session-ended", exitCode: null };
    } catch (error) {
      await end();
      throw error;
    } finally {
      sink = late.keep;
      clearTimeout(timer);
      options.signal.removeEventListener("abort", abort);
    }
  };

  return {
    run: async (block, options) => {
      options.signal.throwIfAborted();
      if (busy)
        throw new DrillError("harness", "shell", "a block was given to a shell session that still runs another one");
      if (block.includes("\0"))
        throw new DrillError("harness", "shell", "a block with a NUL character cannot be given to a shell");
      if (ended) return { status: "session-ended", exitCode: null };
      busy = true;
      try {
        return await runBlock(block, options);
      } finally {
        busy = false;
      }
    },
    [Symbol.asyncDispose]: async () => {
      // As when a terminal is closed politely: bash ends, what its blocks left in the background lives on (law 2).
      connection.requests.end();
      await Promise.race([gone, delay(END_WITHIN_MS, undefined, { ref: false })]);
      if (!ended) await end();
      connection.output.destroy();
    },
  };
}

/** Keeps the first part of what comes between two blocks. */
function lateOutput(): { readonly keep: Sink; readonly take: () => Buffer } {
  let parts: Buffer[] = [];
  let bytes = 0;
  let cutBytes = 0;
  return {
    keep: (chunk) => {
      const part = chunk.subarray(0, LATE_OUTPUT_LIMIT_BYTES - bytes);
      cutBytes += chunk.length - part.length;
      bytes += part.length;
      if (part.length > 0) parts.push(Buffer.from(part));
    },
    take: () => {
      if (cutBytes > 0) parts.push(Buffer.from(`\n[${cutBytes} bytes printed between two blocks are left out]\n`));
      const taken = Buffer.concat(parts);
      parts = [];
      bytes = cutBytes = 0;
      return taken;
    },
  };
}
