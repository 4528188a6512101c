/** Compares versions by their leading numbers. */

/** True when `version` is `minimum` or later. Only leading numbers count: `3.6.0-rc.1` is at least `3.6`. */
export function isAtLeast(version: string, minimum: string): boolean {
  const have = numbers(version);
  for (const [index, needed] of numbers(minimum).entries()) {
    const part = have[index] ?? 0;
    if (part !== needed) return part > needed;
  }
  return true;
}

function numbers(version: string): readonly number[] {
  return (/^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? "").split(".").map(Number);
}
