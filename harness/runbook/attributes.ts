/**
 * The attributes on a fence's info string: ` ```sh step=restore on=survivor timeout=60s effect=none when=before if=target:cleared `.
 * Whatever stands there and is not understood is a problem: a step that silently turned into prose would never be run.
 * Not its business: finding fences (`parse.ts`).
 */
import { parseDurationMs } from "../core/index.ts";
import type { StepCondition } from "../ledger/index.ts";
import { WORKSTATION_ROLE, type RunbookProblemCode, type RunbookStep } from "./runbook.ts";

/**
 * How long a step may take when its page does not say. A person who waits a minute without a sign of life looks what is
 * wrong; every single command of the known procedures ends well below that, or has a time-out of its own (5 s in etcdctl).
 */
export const DEFAULT_STEP_TIMEOUT_MS = 60_000;

/** The longest time-out a page may ask for: one day. Timers of Node end at 24.8 days, and fire at once beyond. */
export const MAX_STEP_TIMEOUT_MS = 86_400_000;

/** What a fence says of its block. */
export type FenceReading =
  | { readonly kind: "prose" }
  | { readonly kind: "step"; readonly attributes: StepAttributes }
  | { readonly kind: "wrong"; readonly problems: readonly AttributeProblem[] };

export type StepAttributes = Pick<
  RunbookStep,
  "id" | "part" | "role" | "timeoutMs" | "acts" | "namesCluster" | "onlyIf"
>;

export interface AttributeProblem {
  readonly code: RunbookProblemCode;
  readonly message: string;
}

const SHELLS = new Set(["sh", "bash"]);
const KNOWN = ["step", "on", "timeout", "effect", "when", "names", "if"] as const;
const GRAMMAR =
  "```sh step=ID on=ROLE [timeout=60s] [effect=none] [when=before] [names=cluster] [if=CHOICE:VALUE[|VALUE]]";

/** Ids become file names of the evidence, and roles become names of variables: both are kept plain and short. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const NAME_RULE = "1 to 64 of a-z, 0-9 and -, not beginning or ending with -";

/** Reads the language and the rest of an info string. */
export function readFence(language: string, meta: string): FenceReading {
  const words = meta.split(/\s+/).filter((word) => word !== "");
  // Without a language, the first attribute takes its place.
  if (language.includes("=")) {
    return wrong("not-a-shell", `"${language}" stands where the language must be; write ${GRAMMAR}`);
  }
  if (words.length === 0) return { kind: "prose" };
  if (!SHELLS.has(language)) {
    return wrong(
      "not-a-shell",
      `a block in "${language}" cannot be a step; write sh or bash, or remove "${meta.trim()}" if it is only for reading`,
    );
  }
  return readStep(words);
}

function readStep(words: readonly string[]): FenceReading {
  const problems: AttributeProblem[] = [];
  const report = (code: RunbookProblemCode, message: string): void => void problems.push({ code, message });
  const values = new Map<string, string>();
  for (const word of words) {
    const [, name = "", value = ""] = /^([^=]+)=(.+)$/s.exec(word) ?? [];
    if (name === "") report("malformed-attribute", `"${word}" is not name=value; write ${GRAMMAR}`);
    else if (!KNOWN.some((known) => known === name)) {
      report("unknown-attribute", `unknown attribute "${name}"; known are ${KNOWN.join(", ")}`);
    } else if (values.has(name)) report("repeated-attribute", `"${name}" is given twice; keep one`);
    else values.set(name, value);
  }

  const id = values.get("step");
  // Where a word above was not understood, it was most likely meant to be this one: one problem, told once.
  if (id === undefined && problems.length === 0) {
    report("missing-step", "the block has attributes but no step=ID, so it would not run; name it");
  }
  if (id !== undefined && !NAME.test(id)) report("bad-step-id", `"${id}" cannot name a step; use ${NAME_RULE}`);

  const role = values.get("on");
  if (role === undefined) report("missing-on", "the step does not say where it runs; add on=ROLE or on=workstation");
  else if (!NAME.test(role)) report("bad-role", `"${role}" cannot name a role; use ${NAME_RULE}`);

  const timeout = values.get("timeout");
  const timeoutMs = timeout === undefined ? DEFAULT_STEP_TIMEOUT_MS : parseDurationMs(timeout);
  if (timeoutMs === undefined || timeoutMs > MAX_STEP_TIMEOUT_MS) {
    report("bad-timeout", `"${timeout}" is no time-out; write a number with a unit, at most a day, such as 60s or 5m`);
  }

  const effect = values.get("effect");
  if (effect !== undefined && effect !== "none") {
    report("bad-effect", `"${effect}" is no effect; write effect=none for a step that only looks, or leave it out`);
  }

  const when = values.get("when");
  if (when !== undefined && when !== "before") {
    report("bad-when", `"${when}" is no time for a step; write when=before for the preparation, or leave it out`);
  }

  const names = values.get("names");
  if (names !== undefined && names !== "cluster") {
    report("bad-names", `"${names}" is nothing that a step can name; write names=cluster, or leave it out`);
  } else if (names !== undefined && (role !== WORKSTATION_ROLE || when !== undefined)) {
    report(
      "bad-names",
      "only a step of the recovery on the workstation can name the cluster: no role is bound before it",
    );
  }

  const condition = values.get("if");
  const onlyIf = condition === undefined ? null : readCondition(condition);
  if (onlyIf === undefined) {
    report(
      "bad-if",
      `"${condition}" is no choice; write if=CHOICE:VALUE or if=CHOICE:VALUE|VALUE, each with ${NAME_RULE}`,
    );
  }

  if (
    problems.length > 0 ||
    onlyIf === undefined ||
    id === undefined ||
    role === undefined ||
    timeoutMs === undefined
  ) {
    return { kind: "wrong", problems };
  }
  return {
    kind: "step",
    attributes: {
      id,
      part: when === "before" ? "preparation" : "recovery",
      role,
      timeoutMs,
      acts: effect !== "none",
      namesCluster: names !== undefined,
      onlyIf,
    },
  };
}

/** `CHOICE:VALUE`, or several values with `|` between them; undefined when it is not that. */
function readCondition(text: string): StepCondition | undefined {
  const [choice = "", listed = "", ...more] = text.split(":");
  const values = listed.split("|");
  const isSound = NAME.test(choice) && values.every((value) => NAME.test(value)) && more.length === 0;
  return isSound ? { choice, values } : undefined;
}

function wrong(code: RunbookProblemCode, message: string): FenceReading {
  return { kind: "wrong", problems: [{ code, message }] };
}
