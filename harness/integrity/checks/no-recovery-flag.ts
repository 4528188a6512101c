/** Check: what starts a member for its recovery does not start it the next time. */
import type { ProcessEntry, ProgramRecord } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check, type PlanOf } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { gapOfRestart } from "../gaps.ts";
import { endMs, phaseAtMs } from "./quiet-looks.ts";
import { notRestartedNodes } from "./restarted-members.ts";

/**
 * Judged by start commands as they ran: the last before the read-back, which the page has left, and the last of the rolling
 * restart, which is what its manifest says. Of variables only the names are on record, so one proves nothing either way. A
 * command that is not the program itself (a shell, `env`, a script) may set what does not stand in it.
 */
export const noRecoveryFlagCheck: Check<"no-recovery-flag"> = {
  id: "no-recovery-flag",
  title: "No recovery flag left",
  proves:
    "The last start command of every node, as the page left it and as its manifest gave it to the restart, has no flag of the recovery.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/configuration/",
    fact: "`--force-new-cluster` removes all other members at every start, so left in place it splits the cluster when that member is next restarted.",
  },
  judge: (evidence, plan) => {
    const starts = lastStarts(evidence);
    const left = starts.flatMap((start) =>
      flagsOf(start, plan).map((flag) => `${start.node}: ${start.process} was started with ${flag}`),
    );
    if (left.length > 0) return failed("A flag of the recovery was left in a start command.", [...new Set(left)]);
    const { programs } = evidence.ledger.header.environment;
    const unknown = starts.flatMap((start) => undecided(start, plan, programs));
    const missing = evidence.nodes.filter((node) => starts.every((start) => start.node !== node));
    if (missing.length > 0 || evidence.nodes.length === 0)
      return inconclusive("Not every node's start command is on record.", missing);
    if (unknown.length > 0)
      return inconclusive("A start command may hide a flag of the recovery.", [...new Set(unknown)]);
    const kept = notRestartedNodes(evidence);
    if (kept.length > 0)
      return inconclusive(
        `What the manifests say is not known: ${kept.join(", ")} was not restarted.`,
        [],
        [gapOfRestart(evidence.ledger)],
      );
    return passed(`None of ${plan.flags.map((flag) => `--${flag}`).join(", ")} is in any node's last start command.`);
  },
};

/** Of each process of each node the last start before the read-back, and the last one before the drill's end. */
function lastStarts(evidence: Evidence): readonly ProcessEntry[] {
  const starts = evidence.all("process").filter((entry) => entry.event === "started");
  return [
    phaseAtMs(evidence, "read-back") ?? -Infinity,
    phaseAtMs(evidence, "read-back") === null ? -Infinity : endMs(evidence),
  ].flatMap((untilMs) => [
    ...new Map(
      starts
        .filter((entry) => entry.atMs <= untilMs)
        .map((entry) => [`${entry.node}/${entry.process}`, entry] as const),
    ).values(),
  ]);
}

/** The flags of the recovery that a start command sets, also inside a command line for a shell. */
function flagsOf(start: ProcessEntry, plan: PlanOf<"no-recovery-flag">): readonly string[] {
  return plan.flags.filter((flag) => valuesOf(start, flag).at(-1) === true).map((flag) => `--${flag}`);
}

/** What keeps a start command from showing all of its flags. */
function undecided(
  start: ProcessEntry,
  plan: PlanOf<"no-recovery-flag">,
  programs: readonly ProgramRecord[],
): readonly string[] {
  const by = (what: string): string => `${start.node}: ${start.process} ${what}`;
  const { command, variables } = start;
  if (command === null || variables === null) return [by("has no start command on record")];
  const named = plan.variables.filter(
    (name) => variables.includes(name) || command.some((argument) => argument.includes(name)),
  );
  const file = command.filter((argument) => /(^|\s)--?config-file(=|\s|$)/.test(argument));
  const open = plan.flags.flatMap((flag) =>
    valuesOf(start, flag).flatMap((value) => (typeof value === "string" ? [`--${flag}=${value}`] : [])),
  );
  const [program = "nothing"] = command;
  return [
    ...named.map((name) => by(`gets the variable ${name}, whose value is not judged`)),
    ...file.map((one) => by(`takes its flags from a file (${one})`)),
    ...open.map((one) => by(`gets ${one}, which is neither true nor false as it stands`)),
    ...(isOwn(program, start, programs) ? [] : [by(`is started by way of ${program}`)]),
  ];
}

/** Whether it is the process's own program, or that of another version which lay on the nodes beside it (`etcd-3.6.14`). */
function isOwn(program: string, { process }: ProcessEntry, programs: readonly ProgramRecord[]): boolean {
  const name = program.split("/").at(-1);
  return name === process || programs.some((one) => one.name === name && name === `${process}-${one.version}`);
}

/** Go's `strconv.ParseBool`, which the `flag` package reads boolean flags by; a flag without a value is true. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...["", "1", "t", "T", "true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "False", "FALSE"].map((text) => [text, false] as const),
]);

/** Each value that a command gives to a flag, in order, since the last one counts; a text where it is no boolean. */
function valuesOf({ command }: ProcessEntry, flag: string): readonly (boolean | string)[] {
  const pattern = new RegExp(`(?:^|[\\s'"])--?${RegExp.escape(flag)}(?:=([^\\s;&|]*)|(?=[\\s'";&|)]|$))`, "g");
  return (command ?? []).flatMap((argument) =>
    [...argument.matchAll(pattern)].map(([, value = ""]) => {
      const bare = value.replaceAll(/['"]/g, "");
      return BOOLEANS.get(bare) ?? bare;
    }),
  );
}
