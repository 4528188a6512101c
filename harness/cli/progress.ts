/**
 * Shows a drill while it runs: on a terminal each phase has one line that counts its seconds, with its steps below; elsewhere plain lines
 * without control characters. Not its business: what is shown (progress-fold.ts).
 */
import { formatMs } from "../core/index.ts";
import type { ShownEntry, StepName } from "./messages.ts";
import {
  initialProgress,
  observeEntry,
  runningStepLine,
  type PhaseBlock,
  type ProgressState,
} from "./progress-fold.ts";
import { printableLines } from "./printable.ts";
import type { OutputStream } from "./terminal.ts";

/** A display of progress. Disposing it leaves what was shown and gives the stream back. */
export interface Progress extends AsyncDisposable {
  /** Says something beside the phases. */
  note(text: string): void;
  /** A run begins. `nowMs` is its clock. */
  begin(steps: readonly StepName[], nowMs: () => number): void;
  entry(entry: ShownEntry): void;
}

/** Columns of the phase's name. */
const NAME_WIDTH = "rolling-restart".length + 2;

/** How often the live lines are drawn again. */
const REDRAW_EVERY_MS = 100;

/** `live`: lines that are drawn again; `lines`: each line once; `notes`: nothing of the phases. */
export type ShownProgress = "live" | "lines" | "notes";

/** A display on `stream`. */
export function openProgress(stream: OutputStream, { show }: { readonly show: ShownProgress }): Progress {
  if (show === "notes") return notesOnly(stream);
  return show === "live" ? liveProgress(stream) : plainProgress(stream);
}

function notesOnly(stream: OutputStream): Progress {
  return {
    note: (text) => void stream.write(`${printableLines(text)}\n`),
    begin: () => undefined,
    entry: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function plainProgress(stream: OutputStream): Progress {
  let state: ProgressState = initialProgress([]);
  const print = (line: string): void => void stream.write(`${line}\n`);
  return {
    note: (text) => print(printableLines(text)),
    begin: (steps) => void (state = initialProgress(steps)),
    entry: (entry) => {
      const change = observeEntry(state, entry);
      state = change.state;
      if (change.ended !== null) print(phaseLine(change.ended, 0));
      if (entry.kind === "phase") print(`${entry.phase} ...`);
      for (const line of change.lines) print(`  ${line}`);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function liveProgress(stream: OutputStream): Progress {
  let state: ProgressState = initialProgress([]);
  let nowMs = (): number => 0;
  let timer: NodeJS.Timeout | undefined;
  // Loading it takes longer than all else that the front loads: it comes while the worker starts.
  const updating = import("log-update").then(({ createLogUpdate }) => createLogUpdate(stream));
  let queue: Promise<unknown> = updating;
  const enqueue = (act: (log: Awaited<typeof updating>) => void): void => {
    queue = queue.then(async () => act(await updating));
  };
  const draw = (): void => {
    const block = state.current;
    if (block === null) return enqueue((log) => log.clear());
    const running = runningStepLine(state);
    const text = blockText(running === null ? block : { ...block, lines: [...block.lines, running] }, nowMs());
    enqueue((log) => log(text));
  };
  const keep = (text: string): void => {
    enqueue((log) => {
      log.clear();
      stream.write(`${text}\n`);
    });
    draw();
  };
  return {
    note: (text) => keep(printableLines(text)),
    begin: (steps, clock) => {
      state = initialProgress(steps);
      nowMs = clock;
      timer ??= setInterval(draw, REDRAW_EVERY_MS).unref();
    },
    entry: (entry) => {
      const change = observeEntry(state, entry);
      state = change.state;
      if (change.ended !== null) keep(blockText(change.ended, 0));
      else if (state.current === null && change.lines.length > 0) keep(change.lines.join("\n"));
      else draw();
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      if (state.current !== null) {
        const cut = blockText(state.current, nowMs());
        state = { ...state, current: null };
        enqueue((log) => {
          log.clear();
          stream.write(`${cut}\n`);
        });
      }
      enqueue((log) => {
        log.clear();
        log.done();
      });
      await queue;
    },
  };
}

function blockText(block: PhaseBlock, nowMs: number): string {
  return [phaseLine(block, nowMs), ...block.lines.map((line) => `  ${line}`)].join("\n");
}

function phaseLine(block: PhaseBlock, nowMs: number): string {
  return `${block.phase.padEnd(NAME_WIDTH)}${formatMs((block.endedAtMs ?? Math.max(nowMs, block.startedAtMs)) - block.startedAtMs)}`;
}
