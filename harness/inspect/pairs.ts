/** Every two of several, each pair once. */
export function pairs<T>(all: readonly T[]): readonly (readonly [T, T])[] {
  return all.flatMap((a, at) => all.slice(at + 1).map((b) => [a, b] as const));
}
