/** A secret that was found in a text, and what stands in its place. */

/** The part of a text from `start` to before `end` must not be written; it reads `instead`. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  readonly instead: string;
}

/** What stands for a secret. Nothing in it looks like a secret, so that a second pass changes nothing. */
export function placeholder(what: string): string {
  return `[secret left out: ${what}]`;
}
