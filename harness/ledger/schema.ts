/**
 * The schema of every line, checked when a ledger is read. `entries.ts` leads: each schema is annotated with its type, so
 * that the compiler refuses a field that is missing here, and the table has a row for every kind. Unknown fields are
 * refused: what this version does not know it must not silently ignore.
 */
import type { z } from "zod";
import { OPERATION_SCHEMAS } from "./schema-operations.ts";
import { BYSTANDER_SCHEMAS } from "./schema-bystander.ts";
import { CLUSTER_SCHEMAS } from "./schema-cluster.ts";
import { FORK_SCHEMAS } from "./schema-fork.ts";
import { HELD_OPEN_SCHEMAS } from "./schema-held-open.ts";
import { LOG_SCHEMAS } from "./schema-logs.ts";
import { OLD_DATA_SCHEMAS } from "./schema-old-data.ts";
import { PAGE_SCHEMAS } from "./schema-page.ts";
import { RUN_SCHEMAS } from "./schema-run.ts";
import { SERVICE_SCHEMAS } from "./schema-service.ts";
import { HEADER_SCHEMA } from "./schema-header.ts";
import type { EntrySchemas } from "./schema-parts.ts";
import type { LedgerEntry } from "./entries.ts";
import type { LedgerHeader } from "./header.ts";
import { canonicalLine } from "./canonical-line.ts";

const SCHEMAS: EntrySchemas = {
  ...OPERATION_SCHEMAS,
  ...CLUSTER_SCHEMAS,
  ...LOG_SCHEMAS,
  ...OLD_DATA_SCHEMAS,
  ...RUN_SCHEMAS,
  ...PAGE_SCHEMAS,
  ...SERVICE_SCHEMAS,
  ...HELD_OPEN_SCHEMAS,
  ...FORK_SCHEMAS,
  ...BYSTANDER_SCHEMAS,
};

const SCHEMA_BY_KIND: ReadonlyMap<unknown, z.ZodType<LedgerEntry>> = new Map<unknown, z.ZodType<LedgerEntry>>(
  Object.entries(SCHEMAS),
);

/** The kinds that a ledger has a great many of, or the longest lines of. */
const QUICK = [
  canonicalLine(OPERATION_SCHEMAS.operation),
  canonicalLine(OPERATION_SCHEMAS["service-probe"]),
  canonicalLine(OPERATION_SCHEMAS["read-back"]),
  canonicalLine(HELD_OPEN_SCHEMAS["watch-events"]),
];

/** The entry that these bytes are, if that can be told quickly; undefined says nothing about them. */
export function quickEntry(bytes: Buffer, start: number, end: number): LedgerEntry | undefined {
  for (const read of QUICK) {
    const entry = read(bytes, start, end);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** Validates the first line. */
export function parseHeader(value: unknown): z.ZodSafeParseResult<LedgerHeader> {
  return HEADER_SCHEMA.safeParse(value);
}

/** Validates any later line; gives what is wrong with it when it is not an entry. */
export function parseEntry(value: unknown): LedgerEntry | string {
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  const schema = SCHEMA_BY_KIND.get(kind);
  if (schema === undefined)
    return typeof kind === "string" ? `its kind ${JSON.stringify(kind)} is not known` : "it names no kind";
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : explain(parsed.error);
}

/** What is wrong, on one line. */
export function explain(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`))
    .join("; ");
}
