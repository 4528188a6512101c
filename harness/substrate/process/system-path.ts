/** Where the machines find the system's own commands. Nothing of the harness's PATH leaks into it. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";

export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Whether a machine has this command of the system's. Looks every time: it takes microseconds. */
export function isOnSystemPath(command: string): boolean {
  return SYSTEM_PATH.split(":").some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
