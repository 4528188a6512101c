/** Where the machines find the system's own commands. Nothing of the harness's PATH leaks into it. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";

export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Whether a machine has this command of the system's. Looks every time: it takes microseconds. */
export function isOnSystemPath(command: string): boolean {
  return onSystemPath(command) !== null;
}

/** The absolute path of a command of the system's; null where there is none. Looks every time, too. */
export function onSystemPath(command: string): string | null {
  const files = SYSTEM_PATH.split(":").map((folder) => join(folder, command));
  return files.find(canBeRun) ?? null;
}

function canBeRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
