/** The options of a script that is run by hand: what it does not know is refused, since what it starts may take hours. */
import { parseArgs } from "node:util";

/** What was given, or the default. */
export type ScriptOptions<Values extends string, Flags extends string> = Readonly<
  Record<Values, string> & Record<Flags, boolean>
>;

/**
 * Takes the command line apart. `--help` prints the usage and ends with 0; anything unknown is named beside the usage, and ends with 2.
 * @param defaults Those that take a value, each with its default.
 * @param flags Those that are there or not.
 */
export function scriptOptions<const Values extends string, const Flags extends string>(
  usage: string,
  defaults: Readonly<Record<Values, string>>,
  flags: readonly Flags[],
): ScriptOptions<Values, Flags> {
  const options = Object.fromEntries([
    ...Object.entries<string>(defaults).map(([name, value]) => [name, { type: "string", default: value }] as const),
    ...[...flags, "help"].map((name) => [name, { type: "boolean", default: false }] as const),
  ]);
  try {
    const values: Readonly<Record<string, unknown>> = parseArgs({ options, strict: true }).values;
    if (values["help"] !== true) return values as ScriptOptions<Values, Flags>;
    console.log(usage);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
  process.exit(0);
}
