/** The parts that schemas of several entries share. */
import { z } from "zod";
import type { LedgerEntry } from "./entries.ts";
import type { MemberView, StateHash } from "./member-view.ts";

/** One schema for each kind of entry. */
export type EntrySchemas = {
  readonly [K in LedgerEntry["kind"]]: z.ZodType<Extract<LedgerEntry, { readonly kind: K }>>;
};

/** Any text. */
export const text: z.ZodString = z.string();
/** Milliseconds on the run's clock; finite, fractions allowed. */
export const atMs: z.ZodNumber = z.number();
/** A count or a number that counts from 0. */
export const id: z.ZodInt = z.int().nonnegative();
/** Which part of the page. */
export const pagePart: z.ZodEnum<{ preparation: "preparation"; recovery: "recovery" }> = z.enum([
  "preparation",
  "recovery",
]);
/** A 64-bit number of the system, as a decimal string. */
export const decimal: z.ZodString = z.string().regex(/^\d+$/, "must be a decimal number in a string");

/** The literal of an entry's kind. */
export function kind<K extends string>(value: K): z.ZodLiteral<K> {
  return z.literal(value);
}

/** The hash of a member's data. */
export const stateHash: z.ZodType<StateHash> = z.strictObject({
  revision: decimal,
  compactRevision: z.string().regex(/^-?\d+$/, "must be a decimal number in a string"),
  hash: text,
});

/** What one member says of its cluster. */
export const memberView: z.ZodType<MemberView> = z.strictObject({
  node: text,
  answered: z.boolean(),
  reason: text.nullable(),
  clusterId: text.nullable(),
  memberId: text.nullable(),
  leaderId: text.nullable(),
  term: text.nullable(),
  appliedIndex: text.nullable(),
  revision: decimal.nullable(),
  alarms: z.array(text).nullable(),
  members: z
    .array(
      z.strictObject({
        memberId: text,
        name: text,
        peerUrls: z.array(text),
        clientUrls: z.array(text),
        isLearner: z.boolean(),
      }),
    )
    .nullable(),
  quotaBytes: decimal.nullable(),
  stateHash: stateHash.nullable(),
  stored: z
    .strictObject({
      lastTerm: decimal.nullable(),
      lastIndex: decimal.nullable(),
      namedIndex: decimal.nullable(),
      writtenAtUnixMs: z.number().nullable(),
      flaws: z.array(text),
    })
    .nullable(),
});
