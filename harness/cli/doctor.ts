/** `doctor`: what is here, what is missing, what would make it available. Starts, makes and removes nothing. */
import { exitCodeOf } from "../core/index.ts";
import { inspectIsolation, leftovers, type IsolationReport, type Leftover } from "../substrate/index.ts";
import { inspectDocker, inspectTools, type DockerReport, type ToolReport } from "../tools/index.ts";
import { drillbookVersion } from "./version.ts";
import { printable } from "./printable.ts";
import { writeText, type Terminal } from "./terminal.ts";

/** What was seen, as `--json` prints it. */
interface Diagnosis {
  readonly drillbook: string;
  readonly node: string;
  /** Whether drills can run here. */
  readonly ready: boolean;
  readonly tools: readonly ToolReport[];
  readonly docker: DockerReport;
  readonly isolation: IsolationReport;
  readonly leftovers: readonly Leftover[];
}

/**
 * Looks and prints.
 * @returns 0 when drills can run here (also when their programs have to be made first), else 3.
 */
export async function doctor(options: { readonly json: boolean }, terminal: Terminal): Promise<number> {
  const [tools, docker, isolation, found] = await Promise.all([
    inspectTools(),
    inspectDocker(),
    inspectIsolation(),
    leftovers(),
  ]);
  const diagnosis: Diagnosis = {
    drillbook: drillbookVersion(),
    node: process.versions.node,
    ready: tools.every((tool) => tool.isOptional || tool.state !== "missing"),
    tools,
    docker,
    isolation,
    leftovers: found,
  };
  await writeText(
    terminal.stdout,
    options.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : `${lines(diagnosis).map(printable).join("\n")}\n`,
  );
  return diagnosis.ready ? 0 : exitCodeOf("broken");
}

function lines(diagnosis: Diagnosis): readonly string[] {
  const { drillbook, node, tools, docker, isolation, ready } = diagnosis;
  return [
    `drillbook ${drillbook}, Node ${node}`,
    ...tools.flatMap(toolLines),
    "",
    ...dockerLines(docker),
    "",
    `isolation: ${isolation.kind}${isolation.reason === null ? "" : ` (no namespaces: ${isolation.reason})`}`,
    ...isolation.absentCapabilities.map(({ capability, reason }) => `  cannot: ${capability} (${reason})`),
    "",
    ...leftoverLines(diagnosis.leftovers),
    "",
    lastLine(ready, tools),
  ];
}

function lastLine(ready: boolean, tools: readonly ToolReport[]): string {
  if (!ready) return "Drills cannot run here: see what is missing above.";
  const missing = tools.filter(({ state }) => state === "missing").map(({ family }) => family);
  return missing.length === 0
    ? "Drills can run here."
    : `Drills can run here, but for those of ${missing.join(" and ")}: see what is missing above.`;
}

function toolLines(tool: ToolReport): readonly string[] {
  const words = { ready: "ready", obtainable: "will be made by the next run that needs it", missing: "MISSING" };
  const taken = tool.places.find((place) => place.state !== "absent");
  return [
    "",
    `${tool.family} (${tool.programs.join(", ")}): ${words[tool.state]}`,
    ...tool.places.flatMap((place, index) => [
      `  ${index + 1}. ${place.title}: ${place.state}${place === taken ? ", taken" : ""}`,
      `     ${place.detail}`,
      ...(place.remedy === null ? [] : [`     to have it: ${place.remedy}`]),
      `     why here in the order: ${place.because}`,
    ]),
    ...versionLines(tool),
  ];
}

function versionLines(tool: ToolReport): readonly string[] {
  if (tool.versions.length === 0) return [];
  return [
    `  versions for --with: ${tool.versions.map(({ version, built }) => `${version}${built ? "" : " (built when asked for)"}`).join(", ")}${tool.buildsUnpinned ? "; any other published one is built when asked for" : ""}`,
  ];
}

function dockerLines({ client, engine, trouble, base }: DockerReport): readonly string[] {
  const whose = {
    named: "named by DOCKER_HOST",
    default: "the client's own",
    private: "private, of npm run docker-engine",
  };
  const origins = { pulled: "pulled", debootstrap: "imported", unknown: "there" };
  const { image, reference, otherwise } = base;
  return [
    `docker: ${engine === null ? "no engine answers" : `engine ${engine.version} (${whose[engine.whose]})`}`,
    `  client: ${client ?? "none"}${engine === null ? "" : ` ${engine.clientVersion}`}`,
    ...(trouble === null ? [] : [`  reason: ${trouble.reason}`, `  to have one: ${trouble.remedy}`]),
    `  base image ${reference}: ${image === null ? otherwise : `${origins[image.origin]}: ${image.detail}`}`,
  ];
}

function leftoverLines(found: readonly Leftover[]): readonly string[] {
  if (found.length === 0) return ["leftovers: none"];
  return [
    "leftovers:",
    ...found.map(({ runId, kept }) =>
      `  ${runId}  ${kept ? "kept on request" : "crashed"}; npx drillbook clean ${kept ? runId : ""}`.trimEnd(),
    ),
  ];
}
