/** Durations at the edges: '30s' from people, '1.234 s' to people. Inside, every duration is a number of milliseconds. */
import ms from "ms";

/**
 * Milliseconds of a human duration such as `500ms`, `30s` or `5m`.
 * @returns undefined if it cannot be read as a positive duration, or bears no unit.
 */
export function parseDurationMs(text: string): number | undefined {
  if (!/^[\d.]+\s*[a-z]+$/i.test(text)) return undefined;
  const value = ms(text as ms.StringValue) as number | undefined;
  return value === undefined || !Number.isFinite(value) || value <= 0 ? undefined : value;
}

/** Which way a duration that is a bound is rounded, so that what is printed is still true. */
export type Rounding = "nearest" | "down" | "up";

const ROUND = { nearest: Math.round, down: Math.floor, up: Math.ceil } as const;

/** A duration for people: milliseconds below one second, else seconds with two decimals. */
export function formatMs(durationMs: number, rounding: Rounding = "nearest"): string {
  const round = ROUND[rounding];
  // Whole hundredths of what is rounded go through a decimal string: 1.1 * 100 is above 110, and would round up to 111.
  const whole = round(Number(durationMs.toFixed(6)));
  if (Math.abs(whole) < 1000) return `${whole} ms`;
  return `${(round(Number((durationMs / 10).toFixed(6))) / 100).toFixed(2)} s`;
}
