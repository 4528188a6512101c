/**
 * Seeded randomness: the same seed gives the same schedule, keys and instants of injection.
 * The generator is pure-rand's xoroshiro128plus (docs/decisions/).
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A stream of numbers that only depends on its seed and its name. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  integer(below: number): number;
  /** A stream of its own, so that one consumer more does not change what the others see. */
  fork(name: string): Random;
}

/** A stream for `seed` (any integer). */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  const next = (): number => (generator.next() >>> 0) / 2 ** 32;
  return {
    next,
    integer: (below) => Math.floor(next() * below),
    fork: (name) => seededRandom(hash(`${seed}/${name}`)),
  };
}

/** FNV-1a, 32 bits: spreads a name over the seeds. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) {
    value ^= character.codePointAt(0) ?? 0;
    value = Math.imul(value, 0x01000193);
  }
  return value;
}
