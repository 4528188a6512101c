/** The files of a container that are not those of its image: what is lost with it. Not its business: what is mounted in it. */
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tellEngine, type EngineAddress } from "./engine.ts";
import type { RunningContainer } from "./launch-in-container.ts";

/**
 * Absolute paths of what was made, changed or removed in the container's own file system. Folders do not count (in most a file came and
 * went), nor does what was made to mount something at.
 * @throws DrillError `environment` when the engine does not tell.
 */
export async function changedFiles(
  engine: EngineAddress,
  { init, name }: RunningContainer,
): Promise<readonly string[]> {
  const said = await tellEngine(engine, ["diff", name]);
  const mounted = mountPoints(readFileSync(`/proc/${init}/mountinfo`, "utf8"));
  const isFolder = (path: string): boolean =>
    lstatSync(join(`/proc/${init}/root`, path), { throwIfNoEntry: false })?.isDirectory() === true;
  return changesIn(said).flatMap(({ path, removed }) =>
    removed || !(mounted.has(path) || isFolder(path)) ? [path] : [],
  );
}

/** What `docker diff` says: a line each, `A` (made), `C` (changed) or `D` (removed) before the path. Exported for its test. */
export function changesIn(said: string): readonly { readonly path: string; readonly removed: boolean }[] {
  return said.split("\n").flatMap((line) => {
    const [, kind, path] = /^([ACD]) (\/.*)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ path, removed: kind === "D" }];
  });
}

/** Where something is mounted (proc_pid_mountinfo(5), the fifth field). Exported for its test. */
export function mountPoints(mountinfo: string): ReadonlySet<string> {
  return new Set(mountinfo.split("\n").flatMap((line) => line.split(" ")[4] ?? []));
}
