/** Texts and numbers out of the bytes of a line that looks as the writer writes it (canonical-line.ts). */

/** Bytes that are being read, and how far. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  /** The first byte that is not the line's. */
  readonly end: number;
}

/** Gives the value at the cursor and moves behind it; undefined when it does not look canonical (the cursor is anywhere then). */
export type Read<T> = (cursor: Cursor) => T | undefined;

const [QUOTE, DOT, ZERO, NINE, BACKSLASH] = [0x22, 0x2e, 0x30, 0x39, 0x5c];

/**
 * Short texts that were read lately, so that names of clients and nodes are in memory once, and a key and a revision that
 * watchers are told of just after the write too.
 */
const LATELY = Array.from({ length: 8192 }, () => "");
/** As long as a hash, of which hardly two are alike. */
const LONG = 32;

/** A text of plain ASCII without escapes. */
export function readText(cursor: Cursor): string | undefined {
  const { bytes, end } = cursor;
  const begin = cursor.at + 1;
  if (bytes[cursor.at] !== QUOTE) return undefined;
  for (let at = begin; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      cursor.at = at + 1;
      return at - begin < LONG ? interned(bytes, begin, at) : bytes.toString("latin1", begin, at);
    }
    if (byte < 0x20 || byte === BACKSLASH || byte >= 0x80) return undefined;
  }
  return undefined;
}

function interned(bytes: Buffer, begin: number, end: number): string {
  let mix = 0;
  for (let at = begin; at < end; at++) mix = (Math.imul(mix, 31) + (bytes[at] ?? 0)) | 0;
  const slot = mix & (LATELY.length - 1);
  const before = LATELY[slot] ?? "";
  if (isThere(before, bytes, begin, end)) return before;
  return (LATELY[slot] = bytes.toString("latin1", begin, end));
}

function isThere(value: string, bytes: Buffer, begin: number, end: number): boolean {
  if (value.length !== end - begin) return false;
  for (let index = 0; index < value.length; index++) if (value.charCodeAt(index) !== bytes[begin + index]) return false;
  return true;
}

/** Decimal digits in a text. */
export function readDecimal(cursor: Cursor): string | undefined {
  const { bytes } = cursor;
  const begin = cursor.at + 1;
  if (bytes[cursor.at] !== QUOTE) return undefined;
  let at = begin;
  while (isDigit(bytes[at])) at++;
  if (at === begin || bytes[at] !== QUOTE) return undefined;
  cursor.at = at + 1;
  return at - begin < LONG ? interned(bytes, begin, at) : bytes.toString("latin1", begin, at);
}

/** So many digits are a whole number that a double holds exactly. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** A whole number from 0. */
export function readCount(cursor: Cursor): number | undefined {
  const begin = cursor.at;
  const value = readNumber(cursor);
  for (let at = begin; at < cursor.at; at++) if (cursor.bytes[at] === DOT) return undefined;
  return cursor.at - begin > EXACT_DIGITS ? undefined : value;
}

/** A number without sign and exponent. */
export function readNumber(cursor: Cursor): number | undefined {
  const { bytes, at: begin } = cursor;
  let at = begin;
  let digits = 0;
  while (isDigit(bytes[at])) digits = digits * 10 + (bytes[at++] ?? 0) - ZERO;
  if (at === begin || (bytes[begin] === ZERO && at > begin + 1)) return undefined;
  if (bytes[at] === DOT) {
    const point = at++;
    while (isDigit(bytes[at])) digits = digits * 10 + (bytes[at++] ?? 0) - ZERO;
    if (at === point + 1) return undefined;
    cursor.at = at;
    // Two whole numbers that a double holds exactly have the right quotient; of more digits the engine knows the right one.
    return at - begin <= EXACT_DIGITS + 1 ? digits / (POWERS[at - point - 1] ?? NaN) : longNumber(bytes, begin, at);
  }
  cursor.at = at;
  return at - begin <= EXACT_DIGITS ? digits : longNumber(bytes, begin, at);
}

/** Of some hundred digits a double holds nothing but infinity, which no schema takes. */
function longNumber(bytes: Buffer, begin: number, end: number): number | undefined {
  const value = Number(bytes.toString("latin1", begin, end));
  return Number.isFinite(value) ? value : undefined;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
