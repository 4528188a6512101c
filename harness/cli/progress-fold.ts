/** What the terminal shows of a running drill, as a fold of its ledger entries. Not its business: drawing (progress.ts). Pure. */
import { formatMs } from "../core/index.ts";
import type { Phase, StepEntry } from "../ledger/index.ts";
import type { ShownEntry, StepName } from "./messages.ts";
import { printable } from "./printable.ts";

/** One phase as it is shown: a line of its own and the lines below it. */
export interface PhaseBlock {
  readonly phase: Phase;
  readonly startedAtMs: number;
  /** Null while it goes on. */
  readonly endedAtMs: number | null;
  /** Safe to print. */
  readonly lines: readonly string[];
}

/** What is shown after some entries. */
export interface ProgressState {
  /** The phase that goes on; null before the first and after the last. */
  readonly current: PhaseBlock | null;
  /** The page's steps that have not been reached. */
  readonly stepsToGo: readonly StepName[];
  readonly steps: number;
  readonly inRunbook: boolean;
}

/** What changes with one entry. */
export interface ProgressChange {
  readonly state: ProgressState;
  /** The phase that ended with this entry. */
  readonly ended: PhaseBlock | null;
  /** New lines below the phase that goes on (or below none, when something is said outside all phases). */
  readonly lines: readonly string[];
}

/** Before the first entry. */
export function initialProgress(steps: readonly StepName[]): ProgressState {
  return { current: null, stepsToGo: steps, steps: steps.length, inRunbook: false };
}

/** Takes one more entry in. */
export function observeEntry(state: ProgressState, entry: ShownEntry): ProgressChange {
  switch (entry.kind) {
    case "phase": {
      const current = { phase: entry.phase, startedAtMs: entry.atMs, endedAtMs: null, lines: [] };
      return { state: { ...state, current, inRunbook: false }, ended: endedAt(state.current, entry.atMs), lines: [] };
    }
    case "end":
      return {
        state: { ...state, current: null, inRunbook: false },
        ended: endedAt(state.current, entry.atMs),
        lines: [],
      };
    case "runbook":
      return { state: { ...state, inRunbook: entry.event === "started" }, ended: null, lines: [] };
    case "step":
      if (entry.status === "not-chosen") return { state, ended: null, lines: [] };
      return withLines({ ...state, stepsToGo: state.stepsToGo.filter((step) => step.id !== entry.id) }, [
        stepLine(entry),
      ]);
    case "fault":
      return withLines(state, faultLines(entry));
    case "detection":
      return withLines(state, [printable(entry.rule)]);
    case "role":
      return withLines(state, [printable(`${entry.role} is ${entry.node ?? "nobody"}: ${entry.because}`)]);
    case "restart":
      return withLines(state, restartLines(entry));
    case "trouble":
      return withLines(state, [printable(`${entry.outcome}: ${entry.message}`)]);
  }
}

/** The line of the step that runs now, if one does. */
export function runningStepLine(state: ProgressState): string | null {
  const step = state.stepsToGo[0];
  if (!state.inRunbook || step === undefined) return null;
  return printable(
    `${step.id} (line ${step.line}), step ${state.steps - state.stepsToGo.length + 1} of ${state.steps} ...`,
  );
}

function withLines(state: ProgressState, lines: readonly string[]): ProgressChange {
  const current = state.current === null ? null : { ...state.current, lines: [...state.current.lines, ...lines] };
  return { state: { ...state, current }, ended: null, lines };
}

function endedAt(block: PhaseBlock | null, atMs: number): PhaseBlock | null {
  return block === null ? null : { ...block, endedAtMs: atMs };
}

function stepLine(entry: StepEntry): string {
  const where = `${entry.id} (line ${entry.line}${entry.node === null ? "" : `, ${entry.node}`})`;
  const took = entry.startMs === null || entry.endMs === null ? "" : `  ${formatMs(entry.endMs - entry.startMs)}`;
  switch (entry.status) {
    case "ran":
      return printable(
        entry.exitCode === 0 ? `${where}${took}` : `${where}${took}  FAILED, exit ${entry.exitCode ?? "not known"}`,
      );
    case "timed-out":
      return printable(`${where}${took}  TIMED OUT`);
    case "session-ended":
      return printable(`${where}${took}  ENDED ITS SHELL`);
    case "skipped":
    case "not-chosen":
      return printable(`${where}  ${entry.status}`);
  }
}

/** The blast radius is shown before the fault is injected. */
function faultLines(entry: Extract<ShownEntry, { kind: "fault" }>): readonly string[] {
  switch (entry.event) {
    case "armed":
      return [
        `${entry.fault} on ${entry.targets.join(", ")} (${entry.chosen}); it may touch:`,
        ...entry.blastRadius.map((line) => `  ${line}`),
      ].map(printable);
    case "injecting":
    case "lifting":
      return [];
    case "injected":
    case "lifted":
      return [printable(`${entry.fault} ${entry.event}`)];
  }
}

function restartLines(entry: Extract<ShownEntry, { kind: "restart" }>): readonly string[] {
  switch (entry.event) {
    case "restarted":
      return [printable(`${entry.node ?? "?"} restarted`)];
    case "failed":
    case "not-steady":
      return [printable(`${entry.node ?? "the cluster"} ${entry.event}: ${entry.detail}`)];
    case "all-restarted":
    case "steady-again":
      return [];
  }
}
