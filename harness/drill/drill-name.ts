/** What a drill is called: in the record, in reports, and on the command line. */
import type { Drill } from "./drill.ts";

/** The drill's full name: its folder's, with the case behind a dot where the folder holds several. */
export function drillName({ id, case: caseName }: Pick<Drill, "id" | "case">): string {
  return caseName === null ? id : `${id}.${caseName}`;
}
