/** Drills that several commands share between them. */

/** Which part of the drills: the `index`-th of `of`, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/**
 * Whether the drill at this place of the list (from 0) is of the shard: every `of`-th one, so that the cases of one scenario, which
 * lie beside each other and take alike, spread. All shards together have each drill once.
 */
export function isOfShard(place: number, { index, of }: Shard): boolean {
  return place % of === index - 1;
}
