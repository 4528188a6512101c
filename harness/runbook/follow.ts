/**
 * Follows a page: runs its steps one after the other in shells on the machines that its roles are bound to, and records
 * what came of each. It stops at the first step that failed, as an operator does; it retries nothing and judges nothing.
 * Not its business: the fault (law 8), how shells work (substrate/), whether the cluster is well.
 */
import { basename, join, posix } from "node:path";
import { DrillError, secretFinder, type RunContext, type SecretFinder } from "../core/index.ts";
import type { PagePart, Reading, Recorder, StepEntry } from "../ledger/index.ts";
import type { BlockResult, Machine, ShellSession } from "../substrate/index.ts";
import type { Cluster, RoleBinding } from "../system/index.ts";
import { formatProblem, isChosen, stepsOf, WORKSTATION_ROLE, type Runbook, type RunbookStep } from "./runbook.ts";
import { openStepOutput } from "./step-output.ts";

/** What the steps of a page are about. */
export interface Subject {
  /** What diagnosis found; a role that is absent or bound to no node is unbound. */
  readonly bindings: readonly RoleBinding[];
  /** Where the steps run. Nothing else of it is touched: only the page acts (law 2). */
  readonly cluster: Pick<Cluster, "nodes" | "workstation" | "roleEnvironment">;
}

export interface FollowOptions extends Subject {
  readonly runbook: Runbook;
  readonly part: PagePart;
  /** How the page is read where it leaves choices open; null: it leaves none. */
  readonly reading: Reading | null;
  /** Asked when a step has named the cluster (`names=cluster`); null when there is none of that name. Left out: there is none. */
  readonly pointAt?: (name: string) => Promise<Subject | null>;
  readonly recorder: Recorder;
  readonly run: RunContext;
}

/**
 * Follows one part of the page and records `runbook` started, one `step` entry for each step, `runbook` ended. The first step that
 * fails (an exit code other than 0, a time-out, a shell that ended, a role that nobody fits) is the last that runs; those
 * after it are recorded as skipped. A step of another reading is recorded as not chosen, wherever the page is. Each machine's shell is opened for its first step and kept until the end; when a step names
 * the cluster, all shells are closed, and what follows has new ones. Without a cluster of that name nothing that follows runs.
 *
 * Never throws for what a step does.
 * @returns whether every step ran and exited with 0.
 * @throws the run's abort reason; then the entry `ended` is absent, and so is that of a step which the abort cut short.
 * @throws DrillError `usage` when the page has problems, before anything is done or recorded.
 */
export async function followRunbook(options: FollowOptions): Promise<boolean> {
  const { runbook, part, recorder, run } = options;
  refuseProblems(runbook);
  run.signal.throwIfAborted();
  const steps = stepsOf(runbook, part);
  const numberOfFirst = part === "preparation" ? 1 : stepsOf(runbook, "preparation").length + 1;
  const recordPage = (event: "started" | "ended"): void => {
    const { length: blocks } = runbook.blocks;
    // Counted, not subtracted: the judge adds up steps and prose, and a sum of a difference would prove nothing.
    const proseBlocks = runbook.blocks.filter((block) => block.kind === "prose").length;
    recorder.record({
      kind: "runbook",
      atMs: run.clock.nowMs(),
      part,
      event,
      blocks,
      preparationSteps: stepsOf(runbook, "preparation").length,
      steps: stepsOf(runbook, "recovery").length,
      proseBlocks,
    });
  };

  recordPage("started");
  await using sessions = new Sessions(options);
  let going = true;
  for (const [index, step] of steps.entries()) {
    if (!isChosen(step, options.reading)) {
      recorder.record(notRun(step, "not-chosen", run.clock.nowMs()));
      continue;
    }
    const machine = going ? machineFor(step.role, sessions.subject) : null;
    if (machine === null) {
      going = false;
      recorder.record(notRun(step, "skipped", run.clock.nowMs()));
      continue;
    }
    const entry = await runStep(step, numberOfFirst + index, await sessions.on(machine), options);
    recorder.record(entry);
    going = entry.status === "ran" && entry.exitCode === 0;
    if (going && step.namesCluster) going = await sessions.pointAt(entry.outputTail.trimEnd().split("\n").at(-1) ?? "");
  }
  recordPage("ended");
  return going;
}

function refuseProblems(runbook: Runbook): void {
  if (runbook.problems.length === 0) return;
  const list = runbook.problems.map(formatProblem).join("\n");
  throw new DrillError("usage", "runbook", `the page cannot be followed before its problems are put right:\n${list}`);
}

/** The machine of a role, with the name that the record uses for it; null when the role is unbound or ambiguous. */
function machineFor(role: string, { cluster, bindings }: Subject): NamedMachine | null {
  if (role === WORKSTATION_ROLE) return { name: WORKSTATION_ROLE, machine: cluster.workstation };
  const [binding, ...others] = bindings.filter((candidate) => candidate.role === role);
  if (binding === undefined || others.length > 0) return null;
  const node = cluster.nodes.find((candidate) => candidate.name === binding.node);
  return node === undefined ? null : { name: node.name, machine: node.machine };
}

interface NamedMachine {
  readonly name: string;
  readonly machine: Machine;
}

interface NamedShell {
  readonly name: string;
  readonly session: ShellSession;
  /** What its output must not show. */
  readonly secrets: SecretFinder;
}

/** One shell for each machine, however many roles it has. */
class Sessions implements AsyncDisposable {
  readonly #options: FollowOptions;
  readonly #open = new Map<string, NamedShell>();
  #stack = new AsyncDisposableStack();
  /** What the next step is about. */
  subject: Subject;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.subject = options;
  }

  /** Goes on with the cluster of this name, in new shells. @returns false when there is none. */
  async pointAt(name: string): Promise<boolean> {
    const subject = (await this.#options.pointAt?.(name)) ?? null;
    if (subject === null) return false;
    const shells = this.#stack;
    this.#stack = new AsyncDisposableStack();
    this.#open.clear();
    this.subject = subject;
    await shells.disposeAsync();
    return true;
  }

  async on({ name, machine }: NamedMachine): Promise<NamedShell> {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const { cluster, bindings } = this.subject;
    const environment = cluster.roleEnvironment(bindings);
    const session = this.#stack.use(await machine.openSession(environment));
    // The harness's own variables reach no shell, but what a page prints may have come by another way.
    const secrets = secretFinder(process.env, machine.environment, environment);
    const shell = { name, session, secrets };
    this.#open.set(name, shell);
    return shell;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function runStep(
  step: RunbookStep,
  number: number,
  { name, session, secrets }: NamedShell,
  { run, recorder }: FollowOptions,
): Promise<StepEntry> {
  run.signal.throwIfAborted();
  const fileName = `${String(number).padStart(2, "0")}-${step.id}.txt`;
  const output = await openStepOutput(join(run.evidenceDir, "steps", fileName), secrets);
  const startMs = run.clock.nowMs();
  let result: BlockResult;
  let endMs: number;
  let kept;
  try {
    result = await session.run(step.text, { timeoutMs: step.timeoutMs, signal: run.signal, output: output.write });
    endMs = run.clock.nowMs();
  } finally {
    kept = await output.close();
  }
  // What an abort cut short has not failed: an entry would accuse the page of what the person at the keyboard did.
  if (run.signal.aborted && !(result.status === "ran" && result.exitCode === 0)) run.signal.throwIfAborted();
  if (kept.trouble !== null) {
    const message = `the output of step "${step.id}" could not be kept in ${fileName}: ${kept.trouble}; free space there, or choose another folder with --out`;
    recorder.record({ kind: "trouble", atMs: run.clock.nowMs(), outcome: "broken", phase: "runbook", message });
  }
  return {
    ...common(step, run.clock.nowMs()),
    node: name,
    status: result.status,
    exitCode: result.status === "ran" ? result.exitCode : null,
    startMs,
    endMs,
    outputTail: kept.tail,
    outputBytes: kept.bytes,
    redactions: kept.redactions,
    outputFile: kept.trouble === null ? posix.join(basename(run.evidenceDir), "steps", fileName) : null,
  };
}

function notRun(step: RunbookStep, status: "skipped" | "not-chosen", atMs: number): StepEntry {
  const nothing = { node: null, exitCode: null, startMs: null, endMs: null, outputFile: null } as const;
  return { ...common(step, atMs), ...nothing, status, outputTail: "", outputBytes: 0, redactions: 0 };
}

function common(
  step: RunbookStep,
  atMs: number,
): Pick<StepEntry, "kind" | "atMs" | "part" | "id" | "line" | "role" | "acts" | "onlyIf"> {
  const { part, id, line, role, acts, onlyIf } = step;
  return { kind: "step", atMs, part, id, line, role, acts, onlyIf };
}
