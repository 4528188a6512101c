/**
 * By which line of its log etcd says that it cannot go on. It logs one JSON object a line with its `level`
 * (https://etcd.io/docs/v3.6/dev-internal/logging/); a panic of the Go runtime is plain text at the beginning of a line.
 */

/** Zap's levels at which the process ends. */
const LEVELS: ReadonlySet<unknown> = new Set(["fatal", "panic", "dpanic"]);

/** Whether a line of etcd's log is fatal or a panic. A line that only quotes such a word is not. */
export function isFatalLogLine(line: string): boolean {
  if (/^(panic|fatal error): /.test(line)) return true;
  // Most lines are told apart without parsing them.
  if (!line.startsWith("{") || !/"level":\s*"(fatal|panic|dpanic)"/.test(line)) return false;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null && "level" in parsed && LEVELS.has(parsed.level);
  } catch {
    // A line that the process did not finish writing, because it was ending: its level stands at its beginning.
    return /^\{"level":\s*"(fatal|panic|dpanic)"/.test(line);
  }
}
