/** What a history of registers is made of. Not its business: where it comes from (epochs.ts), whether it is in order (search.ts). */

/** A value of a register; null: it is absent. */
export type Value = string | null;

/** One operation between its call and its return, in milliseconds of one clock. */
export interface RegisterOperation {
  readonly id: number;
  readonly callMs: number;
  /** Infinity when nobody knows that it has ended: it may take effect at any time after its call. */
  readonly returnMs: number;
  /** It may also never take effect: its answer is not known. Only for writes. */
  readonly optional: boolean;
  readonly act:
    | { readonly kind: "read"; readonly key: string; readonly value: Value }
    | { readonly kind: "write"; readonly writes: readonly RegisterWrite[] };
}

/** One write; several of one operation take effect at once. */
export interface RegisterWrite {
  readonly key: string;
  readonly value: Value;
}

/** Operations on some registers, and what these held at first. */
export interface RegisterHistory {
  readonly operations: readonly RegisterOperation[];
  /** A register that is not in it held something unknown: absent, or a value that no operation here writes. */
  readonly initial: ReadonlyMap<string, Value>;
}

/** The values that reads of a history found, by register. */
export function valuesRead(operations: readonly RegisterOperation[]): (write: RegisterWrite) => boolean {
  const read = new Set(operations.flatMap(({ act }) => (act.kind === "read" ? [idOf(act)] : [])));
  return (write) => read.has(idOf(write));
}

/** A name for a value of a register. */
export function idOf({ key, value }: RegisterWrite): string {
  return JSON.stringify([key, value]);
}
