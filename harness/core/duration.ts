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

/** A duration for people: milliseconds below one second, else seconds with two decimals. */
export function formatMs(durationMs: number): string {
  return Math.abs(durationMs) < 1000 ? `${durationMs.toFixed(0)} ms` : `${(durationMs / 1000).toFixed(2)} s`;
}
