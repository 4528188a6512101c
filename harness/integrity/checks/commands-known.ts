/** Check: the programs of this version know every command of the page. */
import { knownCommands, type CommandRemark } from "../../measure/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";

/**
 * Found before anything is started, and then nothing is: a page that would stop half-way through a recovery need not be
 * tried. What could not be read of the page is shown and held against nobody.
 */
export const commandsKnownCheck: Check<"commands-known"> = {
  id: "commands-known",
  title: "Commands known",
  proves:
    "The programs that ran know every subcommand and flag that could be read on the page, by what they themselves say with --help.",
  source: {
    address: "https://etcd.io/docs/v3.6/upgrades/upgrade_3_6/",
    fact: "Each minor version adds and takes away flags of the server and subcommands of its tools: what worked with the one before may be an error now.",
  },
  judge: ({ ledger }) => {
    const { page, questions, unknown, deprecated, open } = knownCommands(ledger.entries);
    if (unknown.length > 0) {
      const [first] = unknown.map(describe);
      const count = `The programs do not know ${unknown.length} of the page's commands`;
      return failed(
        `${count}; ${unknown.length === 1 ? "it is on" : "the first is on"} ${first}.`,
        unknown.map(describe),
      );
    }
    if (page === null) return inconclusive("The page's commands were not read.");
    if (questions.length > 0) {
      const asked = questions.map((one) => [one.program, ...one.asked].join(" "));
      return inconclusive("Not every program was asked for what the page needs to know.", asked);
    }
    const unanswered = ledger.entries.flatMap((one) =>
      one.kind === "program-said" && one.exitCode === null
        ? [`${one.program} ${one.asked.join(" ")}: ${one.output}`]
        : [],
    );
    if (unanswered.length > 0) return inconclusive("A program did not answer for itself.", unanswered);
    const read = page.commands.filter(({ program }) => program !== null).length;
    const notes = [
      ...(deprecated.length === 0 ? [] : [`${deprecated.length} out of date`]),
      ...(open.length === 0 ? [] : [`${open.length} not read whole`]),
    ];
    const summary = `The programs know all ${read} commands that the page gives them${notes.map((one) => `; ${one}`).join("")}.`;
    return {
      ...passed(summary),
      details: [...deprecated.map((one) => `out of date: ${describe(one)}`), ...open.map(describe)],
    };
  },
};

function describe({ command, text }: CommandRemark): string {
  return `line ${command.line} (${command.step}): ${text}; ${command.text}`;
}
