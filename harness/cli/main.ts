/** The program: arguments in, exit code out. The launcher (drillbook.js) imports it. */
import { runCommandLine } from "./command-line.ts";
import { processTerminal, writeText } from "./terminal.ts";

// A reader that goes away (`| head`, a closed terminal) must not end a drill half-way.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const exitCode = await runCommandLine(process.argv.slice(2), processTerminal());
await writeText(process.stdout, "");
await writeText(process.stderr, "");
// Nothing that is still open may hold the command back.
process.exit(exitCode);
