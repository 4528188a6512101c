/** Substrates: where nodes live. */
export type * from "./substrate.ts";
