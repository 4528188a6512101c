/** Systems: what is recovered. */
export type * from "./cluster.ts";
