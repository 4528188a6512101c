/**
 * How numbers are written, the same in every report. What is null is said to be unknown, never shown as 0 or left blank.
 */

/** Why a number is not there. */
export const NOT_KNOWN = "not known";
export const NOT_MEASURED = "not measured";
export const NOT_ON_RECORD = "not on record";

import type { Rounding } from "../core/index.ts";

const ROUND = { nearest: Math.round, down: Math.floor, up: Math.ceil } as const;

/** A time in seconds with two decimals. */
export function seconds(ms: number, rounding: Rounding = "nearest"): string {
  return `${secondsNumber(ms, rounding)} s`;
}

/** The number of `seconds` without its unit. */
export function secondsNumber(ms: number, rounding: Rounding = "nearest"): string {
  // Hundredths through a decimal string: 1.1 * 100 is above 110, and `up` would then print 1.11 for 1.10.
  return (ROUND[rounding](Number((ms / 10).toFixed(6))) / 100).toFixed(2);
}

/** A time that may not have happened. */
export function secondsOr(ms: number | null, otherwise: string): string {
  return ms === null ? otherwise : seconds(ms);
}

/** A count with a comma between thousands, or that it is not known. */
export function count(value: number | null): string {
  return value === null ? NOT_KNOWN : value.toLocaleString("en-US");
}

/** Two ends of what is counted, or the one number that it is. */
export function countRange(range: { readonly low: number; readonly high: number } | null): string {
  if (range === null) return NOT_KNOWN;
  return range.low === range.high ? count(range.low) : `${count(range.low)} to ${count(range.high)}`;
}

/** Two ends of a time (low rounded down, high up), or the one time that it is. */
export function secondsRange(range: { readonly low: number; readonly high: number } | null): string {
  if (range === null) return NOT_KNOWN;
  const { low, high } = range;
  return low === high ? seconds(low) : `${secondsNumber(low, "down")} to ${seconds(high, "up")}`;
}
