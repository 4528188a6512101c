/** Schema of a bystander's lines: the cluster's name, and a line as it would stand by itself. */
import { z } from "zod";
import type { EntryOfBystander } from "./bystander-entries.ts";
import { CLUSTER_SCHEMAS } from "./schema-cluster.ts";
import { OPERATION_SCHEMAS } from "./schema-operations.ts";
import { atMs, kind, text, type EntrySchemas } from "./schema-parts.ts";
import { RUN_SCHEMAS } from "./schema-run.ts";

/** One schema for each kind: a kind that has none here does not compile. */
const WITHIN: Pick<EntrySchemas, EntryOfBystander["kind"]> = {
  ...OPERATION_SCHEMAS,
  node: CLUSTER_SCHEMAS.node,
  process: CLUSTER_SCHEMAS.process,
  "cluster-probe": CLUSTER_SCHEMAS["cluster-probe"],
  "loop-lag": RUN_SCHEMAS["loop-lag"],
};

const within: z.ZodType<EntryOfBystander> = z.union(Object.values(WITHIN));

/** The kind of this file. */
export const BYSTANDER_SCHEMAS: Pick<EntrySchemas, "bystander"> = {
  bystander: z.strictObject({ kind: kind("bystander"), atMs, cluster: text, entry: within }),
};
