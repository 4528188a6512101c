/** What `inspect --json` prints: its schema, which is published in docs/inspect.schema.json, and how the answer becomes it. */
import { z } from "zod";
import { isDamaged, type Comparison, type StoreReport } from "../inspect/index.ts";

/** Raised with every change that a reader of the document must know of. */
const INSPECT_SCHEMA_VERSION = 1;

const text = z.string();
/** Terms, indexes and ids have 64 bits, more than a JSON number holds everywhere. */
const decimal = z.string().regex(/^\d+$/);
const byte = z.int().nonnegative();
const position = z.strictObject({ term: decimal, index: decimal });
const loss = z.strictObject({
  atMost: decimal,
  atLeast: decimal,
  knownCommitted: decimal,
  fromIndex: decimal.nullable(),
  toIndex: decimal.nullable(),
  because: text,
});

/** A value whose numbers of 64 bits are text. */
type AsText<T> = T extends bigint ? string : { readonly [K in keyof T]: AsText<T[K]> };

/** The document. */
export interface InspectionDocument {
  readonly schemaVersion: typeof INSPECT_SCHEMA_VERSION;
  readonly stores: readonly (AsText<Omit<StoreReport, "log" | "digests">> & {
    readonly state: "whole" | "unclear" | "damaged";
    /** The entries that could be read. */
    readonly entries: readonly { readonly fromIndex: string; readonly toIndex: string }[];
  })[];
  readonly comparison: AsText<Comparison>;
}

/** The compiler refuses it when a field is missing here. */
const INSPECTION: z.ZodType<InspectionDocument> = z.strictObject({
  schemaVersion: z.literal(INSPECT_SCHEMA_VERSION),
  stores: z.array(
    z.strictObject({
      folder: text,
      store: z.enum(["dqlite", "etcd"]),
      state: z.enum(["whole", "unclear", "damaged"]),
      identity: z.strictObject({
        clusterId: decimal.nullable(),
        memberId: decimal.nullable(),
        address: text.nullable(),
      }),
      servers: z.array(z.strictObject({ id: decimal, address: text })),
      currentTerm: decimal.nullable(),
      last: position.nullable(),
      lastIn: text.nullable(),
      beyond: position.nullable(),
      committedAtLeast: decimal.nullable(),
      reconfiguredAt: decimal.nullable(),
      snapshots: z.array(z.strictObject({ file: text, position })),
      entries: z.array(z.strictObject({ fromIndex: decimal, toIndex: decimal })),
      backend: z
        .strictObject({
          appliedIndex: decimal.nullable(),
          appliedTerm: decimal.nullable(),
          revision: decimal.nullable(),
          storageVersion: text.nullable(),
        })
        .nullable(),
      findings: z.array(
        z.strictObject({
          kind: z.enum(["damage", "cannot-tell", "note"]),
          file: text.nullable(),
          atByte: byte.nullable(),
          what: text,
        }),
      ),
      unchecked: z.array(z.strictObject({ file: text, fromByte: byte, toByte: byte, what: text })),
    }),
  ),
  comparison: z.strictObject({
    freshest: z.array(text),
    furthest: z.array(text),
    reasons: z.array(text),
    candidates: z.array(z.strictObject({ folder: text, loss: loss.nullable(), droppedByFreshest: loss.nullable() })),
    sameNames: z.array(
      z.strictObject({ file: text, folders: z.tuple([text, text]), entriesDiffer: z.boolean().nullable() }),
    ),
    contradicts: z.boolean(),
  }),
});

/** The published schema. */
export function inspectJsonSchema(): unknown {
  return z.toJSONSchema(INSPECTION);
}

/** The answer as a document; numbers of 64 bits become text. */
export function inspectionDocument(stores: readonly StoreReport[], comparison: Comparison): InspectionDocument {
  const plain: unknown = JSON.parse(
    JSON.stringify(
      { schemaVersion: INSPECT_SCHEMA_VERSION, stores: stores.map(storePart), comparison },
      (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
    ),
  );
  return INSPECTION.parse(plain);
}

function storePart(store: StoreReport): object {
  const { log, digests: _digests, ...said } = store;
  const isUnclear = said.findings.some(({ kind }) => kind === "cannot-tell");
  return {
    ...said,
    state: isDamaged(store) ? "damaged" : isUnclear ? "unclear" : "whole",
    entries: log.map(({ firstIndex, entries }) => ({
      fromIndex: firstIndex,
      toIndex: firstIndex + BigInt(entries.length) - 1n,
    })),
  };
}
