/** What every live part of one run shares. Not its business: what the drill is (drill/) or what was recorded (ledger/). */
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** One run of one drill, as its live parts see it. */
export interface RunContext {
  /** Unique; also the name of the run's folder under `reports/` and the label on all that it starts. */
  readonly runId: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when the run must end early. Everything that waits takes it. */
  readonly signal: AbortSignal;
  /** The run's own folder for nodes, certificates and sockets; removed at the end. */
  readonly workDir: string;
  /** Kept for the reader: logs and command output, below the run's report folder. */
  readonly evidenceDir: string;
}

/** The environment variable that every process of a run carries, so that `clean` and the residue audit know it by its label (law 10). */
export const RUN_LABEL_VARIABLE = "DRILLBOOK_RUN";
