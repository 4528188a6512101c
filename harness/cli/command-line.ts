/**
 * The command line: what can be said, and its help. Each command's work is in a file of its own, loaded when it is asked for, because
 * the time to the first phase of a drill counts.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { DrillError, EXIT_USAGE, exitCodeOf, parseDurationMs } from "../core/index.ts";
import { CONTROLS, type ControlKind, type Shard } from "../ledger/index.ts";
import type { SubstrateKind } from "../substrate/index.ts";
import { printableLines } from "./printable.ts";
import { drillbookVersion } from "./version.ts";
import type { WorkerModule } from "./worker-process.ts";
import type { Terminal } from "./terminal.ts";
import type { WantedVersions } from "./with-matrix.ts";

/** The largest seed: the generator takes 32 bits, and two names of the same run would be a trap. */
const MAX_SEED = 2 ** 32 - 1;
/** Above this the harness itself would be what is measured. */
const MAX_RATE = 5000;

/** More would run out of memory long before. */
const MAX_JOBS = 64;

/** At a minute a run, half a week. */
const MAX_REPEATS = 5000;

/** Options that decide themselves how often a drill is run. */
const SEVERAL_RUNS = ["repeat", "untilConfident", "atMost"] as const;

const EXIT_CODES = `
Exit codes:
  0    passed
  1    failed: a violation was proven, or an objective was missed; with --controls also: void;
       a page that is declared to fail did not do so as declared
  2    the command line, the drill's name or the page cannot be used; nothing was started
  3    broken: the harness or its environment failed
  4    inconclusive: not enough evidence for any other word; also when every drill was skipped
  130  interrupted
With several drills the worst one decides, in the order 1, 3, 130, 4, 0.`;

const INSPECT_EXIT_CODES = `
Exit codes:
  0    the freshest is named, and nothing is wrong with what can be checked
  1    something is damaged, or two stores hold what cannot be in one cluster; the freshest without damage is named where there is one
  2    the command line, or a folder, cannot be used
  3    a folder may not be read
  4    something cannot be told: which one is the freshest, or whether what was found is damage`;

const EXAMPLES = `
Examples:
  drillbook run etcd-quorum-loss                     one drill; its report is in reports/<run>/report.html
  drillbook run 'etcd-*' --seed 7                    every drill that fits, repeatable
  drillbook run etcd-quorum-loss --runbook page.md   does this page recover it, too?
  drillbook run etcd-quorum-loss --controls          is a pass of this drill worth anything?
  drillbook run etcd-quorum-loss --until-confident   how long does it take, 95 times of 100?
  drillbook judge reports/<run>                      judge the stored record again`;

/** What a test replaces. */
export interface CommandLineOptions {
  readonly workerModule?: WorkerModule;
  readonly scenariosDir?: string;
}

/**
 * Does what the arguments say.
 * @returns the exit code. Throws nothing: what goes wrong is said on standard error.
 */
export async function runCommandLine(
  argv: readonly string[],
  terminal: Terminal,
  options: CommandLineOptions = {},
): Promise<number> {
  let exitCode = 0;
  const program = declare(terminal, options, (code) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    return complain(error, terminal);
  }
}

function declare(terminal: Terminal, options: CommandLineOptions, exitWith: (code: number) => void): Command {
  const program = new Command("drillbook")
    .description(
      "Drills disaster recovery: breaks a real cluster, follows its runbook, and reports how long the recovery took and what data it lost.",
    )
    .version(drillbookVersion(), "--version", "print the version")
    .helpCommand("help [command]", "say what a command does")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
    .addHelpText("after", `${EXIT_CODES}\n${EXAMPLES}`);

  program
    .command("run")
    .summary("run drills")
    .description(
      "Runs drills, one after another: each starts a cluster of its own, breaks it, follows the drill's page, measures, and removes all that it started. " +
        "Ctrl-C ends the drill in order and keeps the evidence; a second one ends it at once.",
    )
    .argument("[drill...]", "names, patterns such as 'etcd-*', or the path of a drill.ts")
    .option(
      "--seed <n>",
      "repeat a run's schedule, keys and instant of injection (default: random, printed)",
      integer("a seed", 0, MAX_SEED),
    )
    .addOption(
      new Option("--seeds <a..b>", "run each drill with each of these seeds, e.g. 1..3, with one report over all")
        .argParser(seeds)
        .conflicts([...SEVERAL_RUNS, "seed", "oneCase", "control", "controls", "keep", "matrix"]),
    )
    .option("--out <dir>", "folder for the runs' records and reports", "reports")
    .option("--runbook <file>", "follow this page instead of the drill's own")
    .option(
      "--rate <n>",
      "writes per second of the workload (default: the drill's own)",
      integer("a rate", 1, MAX_RATE),
    )
    .option(
      "--reaction <duration>",
      "how long your people take from the alert to the page, e.g. 5m: shown beside the measured time, never in it",
      duration,
    )
    .addOption(
      new Option("--control <kind>", "run a control instead of the drill itself: it passes when it shows what it must")
        .choices(CONTROLS)
        .conflicts("controls"),
    )
    .addOption(
      new Option("--controls", "run the drill and all its controls; a control of the wrong colour makes the drill void")
        .default(false)
        .conflicts("keep"),
    )
    .addOption(
      new Option(
        "--repeat <n>",
        "run each drill so many times, with consecutive seeds, and judge the runs together, too: 95 of 100 recoveries must meet the objective",
      )
        .argParser(integer("a number of runs", 2, MAX_REPEATS))
        .conflicts(["control", "controls", "keep", "untilConfident", "atMost"]),
    )
    .addOption(
      new Option("--until-confident", "repeat each drill until its recovery time objective is decided at 95 %")
        .default(false)
        .conflicts(["control", "controls", "keep"]),
    )
    .addOption(
      new Option("--at-most <n>", "the most runs of --until-confident (default: 200)").argParser(
        integer("a number of runs", 1, MAX_REPEATS),
      ),
    )
    .option(
      "--with <program=version>",
      "run against this version, e.g. etcd=3.5.21; it is built when it is not there yet (again for other programs)",
      programVersion,
    )
    .addOption(
      new Option(
        "--matrix <program=versions>",
        "run each drill against each version, e.g. etcd=3.5.21,3.6.14,3.7.3, and show a table over all",
      )
        .argParser(programVersions)
        .conflicts(["control", "controls", "keep", "repeat", "untilConfident", "atMost", "jobs", "shard"]),
    )
    .option(
      "--jobs <n>",
      "run so many drills at once; on too few processors times come out inconclusive (default: 1)",
      integer("a number of drills", 1, MAX_JOBS),
    )
    .option("--one-case", "of each scenario with several cases run one, which the seed chooses", false)
    .option("--shard <i/n>", "run only the i-th of n parts of the drills; `merge` makes one report of the parts", shard)
    .addOption(
      new Option(
        "--substrate <kind>",
        "where nodes live: plain processes, or containers of the Docker engine on this computer",
      )
        .choices(["process", "docker"] satisfies SubstrateKind[])
        .default("process"),
    )
    .option("--keep", "leave the cluster up and say how to reach it", false)
    .option(
      "--json",
      "print result.json to stdout and all else to stderr; with several drills {results, notStarted}; nothing if nothing could start",
      false,
    )
    .addHelpText("after", EXIT_CODES)
    .action(async (wanted: string[], flags: RunFlags) => {
      const { run } = await import("./run.ts");
      exitWith(await run({ wanted, ...flags, ...options }, terminal));
    });

  program
    .command("list")
    .summary("list the drills and what each proves")
    .description("Lists the drills: what each proves, how long its runs took (median) and how the last one came out.")
    .option("--out <dir>", "folder of earlier runs", "reports")
    .option("--json", "print one JSON array", false)
    .action(async (flags: { out: string; json: boolean }) => {
      const { list } = await import("./list.ts");
      exitWith(await list({ ...flags, ...options }, terminal));
    });

  program
    .command("merge")
    .summary("make one report of the parts that --shard ran")
    .description(
      "Copies the runs of all folders into one and judges them together. A part that is missing leaves the whole inconclusive. The exit code is the verdict's.",
    )
    .argument("<folder...>", "the --out folder of each part")
    .requiredOption("--out <dir>", "folder for all of it")
    .addHelpText("after", EXIT_CODES)
    .action(async (folders: string[], { out }: { out: string }) => {
      const { merge } = await import("./merge.ts");
      exitWith(await merge({ folders, out }, terminal));
    });

  program
    .command("judge")
    .summary("judge a stored run, or set of repeats, again")
    .description(
      "Judges the ledger of a stored run again, from that file alone, and writes result.json; of a set of repeats its record and the ledgers of its runs, which must lie beside it. The exit code is the verdict's.",
    )
    .argument("<run folder>", "e.g. reports/<run>; it may have been moved")
    .option("--json", "print result.json to stdout and all else to stderr", false)
    .addHelpText("after", EXIT_CODES)
    .action(async (folder: string, flags: { json: boolean }) => {
      const { judgeAgain } = await import("./stored-run.ts");
      exitWith(await judgeAgain(folder, flags, terminal));
    });

  program
    .command("report")
    .summary("write the reports of a stored run, or set of repeats, again")
    .description(
      "Judges a stored run again and writes result.json, report.html, junit.xml and summary.md. Exits with 0 when they are written.",
    )
    .argument("<run folder>", "e.g. reports/<run>; it may have been moved")
    .action(async (folder: string) => {
      const { reportAgain } = await import("./stored-run.ts");
      exitWith(await reportAgain(folder, terminal));
    });

  program
    .command("inspect")
    .summary("say which of several store folders is the freshest, and what is damaged")
    .description(
      "Reads data folders of dqlite (MicroK8s) or etcd offline: the last entry of each, what is damaged, and how many entries at most would be lost by choosing another than the freshest. " +
        "Stop the stores first, or give copies. Opens files for reading only, and takes no lock.",
    )
    .argument("<folder...>", "dqlite: the folder with metadata1; etcd: the data folder")
    .option("--json", "print one JSON object (docs/inspect.schema.json)", false)
    .addHelpText("after", INSPECT_EXIT_CODES)
    .action(async (folders: string[], flags: { json: boolean }) => {
      const { inspect } = await import("./inspect.ts");
      exitWith(await inspect({ folders, ...flags }, terminal));
    });

  program
    .command("doctor")
    .summary("say what is here, what is missing, and what would make it available")
    .description(
      "Looks at programs, isolation and leftovers. Exits with 0 when drills can run here, else with 3. Starts and removes nothing.",
    )
    .option("--json", "print one JSON object", false)
    .action(async (flags: { json: boolean }) => {
      const { doctor } = await import("./doctor.ts");
      exitWith(await doctor(flags, terminal));
    });

  program
    .command("clean")
    .summary("remove what crashed runs left behind")
    .description(
      "Ends processes and removes work folders of runs whose owner is gone, and nothing else: only what carries the run's label. Reports and evidence stay. " +
        "A run's name also removes a cluster that was kept with --keep.",
    )
    .argument("[run...]", "names of runs (default: every crashed run)")
    .action(async (runs: string[]) => {
      const { clean } = await import("./clean.ts");
      exitWith(await clean(runs, terminal));
    });

  return program;
}

/** Options of `run` as commander gives them. */
interface RunFlags {
  readonly seed?: number;
  readonly seeds?: readonly number[];
  readonly out: string;
  readonly runbook?: string;
  readonly rate?: number;
  readonly reaction?: number;
  readonly control?: ControlKind;
  readonly controls: boolean;
  readonly repeat?: number;
  readonly untilConfident: boolean;
  readonly atMost?: number;
  readonly with?: Readonly<Record<string, string>>;
  readonly matrix?: WantedVersions;
  readonly jobs?: number;
  readonly oneCase: boolean;
  readonly shard?: Shard;
  readonly substrate: SubstrateKind;
  readonly keep: boolean;
  readonly json: boolean;
}

/** `2/3`: the second of three parts. */
function shard(text: string): Shard {
  const [, index, of] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  if (index === undefined || Number(index) > Number(of)) {
    throw new InvalidArgumentError("Expected a part and the number of parts, e.g. 1/3.");
  }
  return { index: Number(index), of: Number(of) };
}

/** `1..3`: the first and the last of consecutive seeds. */
function seeds(text: string): readonly number[] {
  const [, first, last] = /^(\d{1,10})\.\.(\d{1,10})$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || from > to || to > MAX_SEED || to - from >= MAX_REPEATS)
    throw new InvalidArgumentError(`Expected the first and the last of at most ${MAX_REPEATS} seeds, such as 1..3.`);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function integer(what: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected ${what} from ${min} to ${max}.`);
    }
    return value;
  };
}

/** `etcd=3.5.21`, added to those that were given before. */
function programVersion(text: string, given: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name = "", version = ""] = /^([a-z][a-z0-9-]*)=v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?)$/.exec(text) ?? [];
  if (version === "") throw new InvalidArgumentError("Expected a program and its whole version, such as etcd=3.5.21.");
  if (Object.hasOwn(given, name)) throw new InvalidArgumentError(`Two versions of ${name}: --matrix runs several.`);
  return { ...given, [name]: version };
}

/** `etcd=3.5.21,3.6.14`. */
function programVersions(text: string): WantedVersions {
  const [program = "", listed = ""] = text.split("=");
  const versions = listed.split(",").map((one) => Object.entries(programVersion(`${program}=${one}`))[0]?.[1] ?? "");
  if (new Set(versions).size !== versions.length) throw new InvalidArgumentError("A version is given twice.");
  return { program, versions };
}

/** A human duration in milliseconds. */
function duration(text: string): number {
  const durationMs = parseDurationMs(text);
  if (durationMs === undefined) throw new InvalidArgumentError("Expected a duration with its unit, such as 90s or 5m.");
  return durationMs;
}

/** Says what went wrong and gives the exit code for it. */
function complain(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) {
    // Help and version that were asked for come as such errors too; commander has printed everything already.
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  if (error instanceof DrillError) {
    terminal.stderr.write(`drillbook: ${printableLines(error.message)}\n`);
    return exitCodeOfError(error);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.stderr.write(`drillbook: a defect of Drillbook itself: ${printableLines(text)}\n`);
  return exitCodeOf("broken");
}

function exitCodeOfError(error: DrillError): number {
  switch (error.code) {
    case "usage":
      return EXIT_USAGE;
    case "environment":
    case "harness":
      return exitCodeOf("broken");
    case "interrupted":
      return exitCodeOf("interrupted");
    case "skipped":
      return exitCodeOf("inconclusive");
  }
}
