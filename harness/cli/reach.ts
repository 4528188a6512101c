/** How a person reaches a cluster that was left up with `--keep`. Not its business: leaving it up (work.ts), taking it down (clean.ts). */
import type { Cluster } from "../system/index.ts";

/** What the worker knows of the cluster it leaves up. */
export interface Reach {
  readonly nodes: readonly { readonly name: string; readonly clientUrl: string; readonly homeDir: string }[];
  readonly workstation: { readonly homeDir: string; readonly environment: Readonly<Record<string, string>> };
}

/** Collects it from a running cluster. */
export function reachOf(cluster: Cluster): Reach {
  const { workstation } = cluster;
  return {
    nodes: cluster.nodes.map(({ name, clientUrl, machine }) => ({ name, clientUrl, homeDir: machine.homeDir })),
    workstation: { homeDir: workstation.homeDir, environment: { ...workstation.environment } },
  };
}

/**
 * The lines to print. `enter` is the command that leads into the run's namespaces: empty when there are none, null when the run is gone.
 */
export function reachLines(reach: Reach, enter: readonly string[] | null, runId: string): readonly string[] {
  if (enter === null) return ["The cluster was to be kept, but its worker has ended."];
  const { homeDir, environment } = reach.workstation;
  const variables = Object.entries({ HOME: homeDir, ...environment }).map(([name, value]) => `${name}=${value}`);
  const shell = [
    ...enter,
    "env",
    "-C",
    homeDir,
    ...variables,
    "sh",
    "-c",
    `PATH=${shellWord(`${homeDir}/bin`)}:$PATH exec bash`,
  ];
  return [
    "The cluster is still up:",
    ...reach.nodes.map(({ name, clientUrl, homeDir: home }) => `  ${name}  ${clientUrl}  ${home}`),
    "A shell on its workstation, with its tools and credentials:",
    `  ${shell.map(shellWord).join(" ")}`,
    `npx drillbook clean ${runId} takes it down.`,
  ];
}

/** A word for a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
