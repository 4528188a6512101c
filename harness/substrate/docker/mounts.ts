/** What of this computer's files a container sees, each at the path at which the harness does, and what of its home it sees at its root. */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PlacedMachine } from "../process/places.ts";
import { SYSTEM_PATH } from "../process/system-path.ts";

/** A mount, as the engine's interface has it. */
export interface Mount {
  readonly Type: "bind";
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
}

/**
 * The folder of all home folders (its own is there, and those that its scp reaches; in a fork they lie elsewhere than they
 * are seen), its own folder that lies at its root too, what it says to the harness, its logs; its programs for reading only, with what lies beside them (their libraries), but of the
 * system's own folders the program alone.
 */
export function mountsOf(
  { atRoot, controlDir, homeDir, logDir, name, programs }: PlacedMachine,
  nodesFolder: string,
): readonly Mount[] {
  const homes: Mount = { Type: "bind", Source: nodesFolder, Target: dirname(homeDir), ReadOnly: false };
  const read = Object.values(programs).flatMap((path) => [path, realpathSync(path)].map(withNeighbours));
  return [
    homes,
    ...(atRoot === null ? [] : [{ ...homes, Source: join(nodesFolder, name, atRoot), Target: join("/", atRoot) }]),
    ...[controlDir, logDir].map((path) => mount(path, false)),
    ...[...new Set(read)].map((path) => mount(path, true)),
  ];
}

function withNeighbours(program: string): string {
  const folder = dirname(program);
  return SYSTEM_PATH.split(":").includes(folder) ? program : folder;
}

function mount(path: string, readOnly: boolean): Mount {
  return { Type: "bind", Source: path, Target: path, ReadOnly: readOnly };
}
