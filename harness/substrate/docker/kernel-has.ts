/** What this computer's kernel was built with, as far as it tells (proc(5), /proc/config.gz) or as its package does. */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { gunzipSync } from "node:zlib";

/** The text of the kernel's configuration, `CONFIG_X=y` a line; null: nobody tells it here. */
export function kernelConfiguration(): string | null {
  const places = [
    () => gunzipSync(readFileSync("/proc/config.gz")).toString(),
    () => readFileSync(`/boot/config-${release()}`, "utf8"),
  ];
  for (const read of places) {
    try {
      return read();
    } catch {
      // It is not there, or is not told.
    }
  }
  return null;
}

/** Whether an option is in it, built in or as a module. */
export function isInKernel(option: string, configuration: string): boolean {
  return new RegExp(`^CONFIG_${option}=[ym]$`, "m").test(configuration);
}
