/** Files of two stores that have the same name and are not the same. */
import type { StoreReport } from "./report.ts";

/** Files that have the same name in two stores and other content. */
export interface SameName {
  readonly file: string;
  readonly folders: readonly [string, string];
  /** Whether the entries differ, too. Two members write the same entries in other batches when all is well. Null: one of the two cannot be read as a whole, or holds no entries. */
  readonly entriesDiffer: boolean | null;
}

/** The files of two stores that have one name and other content. */
export function sameNamesOf(a: StoreReport, b: StoreReport): readonly SameName[] {
  return [...a.digests].flatMap(([file, digest]): readonly SameName[] => {
    const other = b.digests.get(file);
    if (other === undefined || other === digest) return [];
    return [{ file, folders: [a.folder, b.folder], entriesDiffer: entriesDiffer(a, b, file) }];
  });
}

/** Of a closed segment, whose name says which entries are in it; null of other files. */
function entriesDiffer(a: StoreReport, b: StoreReport, file: string): boolean | null {
  const [, first = "", end = ""] = /^(\d{16,20})-(\d{16,20})$/.exec(file) ?? [];
  const isDamaged = [a, b].some(({ findings }) =>
    findings.some((found) => found.file === file && found.kind === "damage"),
  );
  if (first === "" || isDamaged) return null;
  const part = ({ log }: StoreReport): string =>
    log
      .flatMap((run) =>
        run.entries.map(({ term, digest }, at) => ({ index: run.firstIndex + BigInt(at), term, digest })),
      )
      .filter(({ index }) => index >= BigInt(first) && index <= BigInt(end))
      .map(({ index, term, digest }) => `${index} ${term} ${digest}`)
      .join("\n");
  return part(a) !== part(b);
}
