/** Core: the words that every other folder uses. Imports nothing of the project. */
export { standingClock, systemClock, type Clock, type StandingClock } from "./clock.ts";
export { formatMs, parseDurationMs, type Rounding } from "./duration.ts";
export { endsWithin } from "./ends-within.ts";
export { DrillError, messageOf, type DrillErrorCode } from "./error.ts";
export { EXIT_USAGE, exitCodeOf, OUTCOMES_WORST_FIRST, worstOutcome, type Outcome } from "./outcome.ts";
export { seededRandom, type Random } from "./random.ts";
export { RUN_LABEL_VARIABLE, type RunContext } from "./run-context.ts";
export { secretStream } from "./secret-stream.ts";
export { secretFinder, type SecretFinder } from "./secrets.ts";
