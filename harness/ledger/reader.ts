/** Reads a ledger back from disk, line by line, and trusts nothing in it. Not its business: judging. */
import { isUtf8 } from "node:buffer";
import { DrillError, messageOf } from "../core/index.ts";
import type { LedgerEntry } from "./entries.ts";
import { LEDGER_SCHEMA_VERSION, type LedgerHeader } from "./header.ts";
import type { Ledger } from "./ledger.ts";
import { LineTooLong, readLines } from "./lines.ts";
import type * as schemaModule from "./schema.ts";

/**
 * Reads and validates the ledger at `path`. A last line without its newline was torn when the writer died: it is dropped
 * and `tornTail` says so.
 * @throws DrillError `environment` when the file cannot be read, or names the line that is not what the schema says;
 * `usage` when the file is no ledger or has another schema version.
 */
export async function readLedger(path: string): Promise<Ledger> {
  let header: LedgerHeader | undefined;
  const entries: LedgerEntry[] = [];
  let tornTail = false;
  let lineNumber = 0;
  // Loaded here: zod takes 80 ms to load, and a worker that only writes does without.
  const schema = await import("./schema.ts");
  try {
    ({ torn: tornTail } = await readLines(path, (bytes, start, end) => {
      lineNumber++;
      if (header === undefined) header = readHeader(path, textOf(bytes, start, end), schema);
      else
        entries.push(
          schema.quickEntry(bytes, start, end) ?? readEntry(path, lineNumber, textOf(bytes, start, end), schema),
        );
    }));
  } catch (error) {
    if (error instanceof DrillError) throw error;
    if (error instanceof LineTooLong) throw badLine(path, lineNumber + 1, error.message);
    throw new DrillError("environment", "ledger", `the ledger ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (header === undefined) throw notALedger(path, "it has no whole first line");
  return { header, entries, tornTail };
}

/** The text of a line; null when its bytes are no text: decoding would put a replacement in the place of what is damaged. */
function textOf(bytes: Buffer, start: number, end: number): string | null {
  return isUtf8(bytes.subarray(start, end)) ? bytes.toString("utf8", start, end) : null;
}

function readHeader(path: string, text: string | null, schema: typeof schemaModule): LedgerHeader {
  const value = text === null ? undefined : parseJson(text);
  if (typeof value !== "object" || value === null || !("kind" in value) || value.kind !== "header") {
    throw notALedger(path, "its first line is no header");
  }
  const version = "schemaVersion" in value ? value.schemaVersion : undefined;
  if (version !== LEDGER_SCHEMA_VERSION) {
    throw new DrillError(
      "usage",
      "ledger",
      `${path}:1: this ledger has schema version ${shortened(JSON.stringify(version) ?? "none")}, and this Drillbook reads version ` +
        `${LEDGER_SCHEMA_VERSION}. Judge it with the version of Drillbook that wrote it; the header names it.`,
    );
  }
  const parsed = schema.parseHeader(value);
  if (!parsed.success) throw badLine(path, 1, schema.explain(parsed.error));
  return parsed.data;
}

function readEntry(path: string, lineNumber: number, text: string | null, schema: typeof schemaModule): LedgerEntry {
  if (text === null) throw badLine(path, lineNumber, "it is not UTF-8");
  const value = parseJson(text);
  if (value === undefined) throw badLine(path, lineNumber, "it is not JSON");
  const parsed = schema.parseEntry(value);
  if (typeof parsed === "string") throw badLine(path, lineNumber, parsed);
  return parsed;
}

/** The value of a JSON text; undefined (which no JSON text means) when it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function badLine(path: string, lineNumber: number, why: string): DrillError {
  return new DrillError(
    "environment",
    "ledger",
    `${path}:${lineNumber}: this line is damaged or was not written by this version of Drillbook: ${shortened(why)}. ` +
      "A ledger with a hole proves nothing; it is not judged.",
  );
}

/** A damaged line may be long, and so may what is said of it. */
function shortened(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 300)}...`;
}

function notALedger(path: string, why: string): DrillError {
  return new DrillError(
    "usage",
    "ledger",
    `${path} is not a ledger: ${why}. Give the folder of a run, e.g. reports/<run>.`,
  );
}
