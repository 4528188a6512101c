/** What the nodes' logs said: lines that tell of a process ending badly, and how far the logs were looked through. */

/** A line of a process's log by which it says that it cannot go on: a fatal error or a panic. */
export interface LogLineEntry {
  readonly kind: "log-line";
  /** When it was found. */
  readonly atMs: number;
  /** When the log was looked at before that: the line was written between the two. */
  readonly notBeforeMs: number;
  readonly node: string;
  readonly process: string;
  /** The line, at most 1,000 characters of it. */
  readonly line: string;
}

/** A process's log was looked through from one instant to another, and every line as above is on record. */
export interface LogScanEntry {
  readonly kind: "log-scan";
  readonly atMs: number;
  readonly node: string;
  readonly process: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** How much the process wrote in between. */
  readonly bytes: number;
  /** Why it could not be looked through whole; null when it was. */
  readonly reason: string | null;
}
