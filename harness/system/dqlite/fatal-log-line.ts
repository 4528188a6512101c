/**
 * By which line of its log `dqlite-demo` says that it cannot go on: a panic of the Go runtime, a signal or an assertion of the C
 * library in it, or the error with which its command ends (github.com/spf13/cobra prints it behind `Error: `).
 */
const FATAL = [/^(panic|fatal error): /, /^SIG(ABRT|SEGV|BUS|ILL|FPE): /, /: Assertion `.*' failed\.$/, /^Error: /];

/** Whether a line of the log is fatal. A line that only quotes such words is not. */
export function isFatalLogLine(line: string): boolean {
  return FATAL.some((pattern) => pattern.test(line));
}
