/**
 * Reads entries out of a line's bytes at once, where the line looks just as the writer writes it: JSON without spaces,
 * the fields in the order of the schema, plain ASCII. A ledger has millions of such lines, and this takes a fifth of the
 * time of `JSON.parse` and the schema. The schema stays the one source: the readers are made from it.
 *
 * It only ever says yes. A line that looks otherwise may still be good, or not: that is for the slow road (schema.ts).
 */
import { hash } from "node:crypto";
import { z } from "zod";
import { readCount, readDecimal, readNumber, readText, type Cursor, type Read } from "./canonical-values.ts";
import { atMs, decimal, id, text } from "./schema-parts.ts";

const [COMMA, ARRAY_BEGIN, ARRAY_END, OBJECT_END] = [0x2c, 0x5b, 0x5d, 0x7d];

/**
 * Makes the reader of whole lines of one schema.
 * @throws Error when the schema uses what is not known here; then its lines must go the slow road only.
 */
export function canonicalLine<T>(schema: z.ZodType<T>): (bytes: Buffer, start: number, end: number) => T | undefined {
  const read = readerOf(schema);
  return (bytes, start, end) => {
    const cursor = { bytes, at: start, end };
    const value = read(cursor);
    return cursor.at === end ? (value as T | undefined) : undefined;
  };
}

function readerOf(schema: z.ZodType): Read<unknown> {
  if (schema === text) return readText;
  if (schema === decimal) return readDecimal;
  if (schema === id) return readCount;
  if (schema === atMs) return readNumber;
  // A check of its own, such as a refinement, could refuse what its parts allow.
  if ((schema.def as { readonly checks?: readonly unknown[] }).checks?.length) throw unknownSchema(schema);
  if (schema instanceof z.ZodNullable) return oneOf(literal("null", null), readerOf(schema.unwrap() as z.ZodType));
  if (schema instanceof z.ZodBoolean) return oneOf(literal("true", true), literal("false", false));
  if (schema instanceof z.ZodLiteral)
    return oneOf(...[...schema.values].map((one) => literal(JSON.stringify(one), one)));
  if (schema instanceof z.ZodEnum) return oneOf(...schema.options.map((one) => literal(JSON.stringify(one), one)));
  if (schema instanceof z.ZodArray) return arrayOf(readerOf(schema.element as z.ZodType));
  if (schema instanceof z.ZodObject) return objectOf(schema.shape);
  throw unknownSchema(schema);
}

function unknownSchema(schema: z.ZodType): Error {
  return new Error(`canonical-line.ts does not know this schema of the kind "${schema.def.type}"`);
}

/** The fields in the order of the shape, and no others. */
function objectOf(shape: Readonly<Record<string, z.ZodType>>): Read<object> {
  const fields = Object.entries(shape).map(([name, schema], index) => ({
    name,
    before: Buffer.from(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`),
    read: readerOf(schema),
  }));
  // Copies of one object share its layout in memory, so that a million entries are small and quick to look into.
  const template: Readonly<Record<string, unknown>> = Object.fromEntries(fields.map(({ name }) => [name, null]));
  return (cursor) => {
    const made: Record<string, unknown> = { ...template };
    for (const { name, before, read } of fields) {
      if (!skip(cursor, before)) return undefined;
      const value = read(cursor);
      if (value === undefined) return undefined;
      made[name] = value;
    }
    return cursor.bytes[cursor.at++] === OBJECT_END ? made : undefined;
  };
}

/** Longer than what is worth a digest, and as long as any page of a read-back. */
const LONG_BYTES = 1024;

/**
 * An array. A long one that ends its line and has been read before, byte for byte, is the same array again: members that
 * hold the same are read back with the same pages, and a page is then in memory once.
 */
function arrayOf(read: Read<unknown>): Read<readonly unknown[]> {
  const known = new Map<string, readonly unknown[]>();
  return (cursor) => {
    const { bytes, at, end } = cursor;
    if (end - at < LONG_BYTES) return readArray(cursor, read);
    const digest = hash("sha256", bytes.subarray(at, end), "base64");
    const same = known.get(digest);
    if (same !== undefined) {
      cursor.at = end - 1;
      return same;
    }
    const value = readArray(cursor, read);
    if (value !== undefined && cursor.at === end - 1) known.set(digest, value);
    return value;
  };
}

function readArray(cursor: Cursor, read: Read<unknown>): readonly unknown[] | undefined {
  const { bytes } = cursor;
  if (bytes[cursor.at++] !== ARRAY_BEGIN) return undefined;
  const values: unknown[] = [];
  if (bytes[cursor.at] === ARRAY_END) {
    cursor.at++;
    return values;
  }
  for (;;) {
    const value = read(cursor);
    if (value === undefined) return undefined;
    values.push(value);
    const next = bytes[cursor.at++];
    if (next === ARRAY_END) return values;
    if (next !== COMMA) return undefined;
  }
}

function oneOf(...reads: readonly Read<unknown>[]): Read<unknown> {
  return (cursor) => {
    const { at } = cursor;
    for (const read of reads) {
      cursor.at = at;
      const value = read(cursor);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function literal(written: string, value: unknown): Read<unknown> {
  const bytes = Buffer.from(written);
  return (cursor) => (skip(cursor, bytes) ? value : undefined);
}

function skip(cursor: Cursor, expected: Uint8Array): boolean {
  const { bytes, at } = cursor;
  for (let index = 0; index < expected.length; index++) if (bytes[at + index] !== expected[index]) return false;
  cursor.at = at + expected.length;
  return true;
}
