/** A set's record on disk, `set.ndjson`: appended to line by line while the set runs, read back when it is judged. */
import { appendFileSync } from "node:fs";
import { DrillError, messageOf } from "../core/index.ts";
import { readLines } from "./lines.ts";
import { setRecord } from "./set-reading.ts";
import type { SetLine, SetRecord } from "./set-record.ts";

/**
 * Adds a line to a set's record, which is made with its first.
 * @throws DrillError `environment` when it cannot be written.
 */
export function appendToSet(path: string, line: SetLine): void {
  try {
    appendFileSync(path, `${JSON.stringify(line)}\n`);
  } catch (error) {
    const message = `the line "${line.kind}" cannot be added to the record of the set ${path}: ${messageOf(error)}`;
    throw new DrillError("environment", "set", message, { cause: error });
  }
}

/**
 * Reads a set's record. A last line without its newline was torn when the writer died, and is dropped.
 * @throws DrillError `environment` when the file cannot be read, or names the line that is not what the schema says; `usage` when it has no
 * header.
 */
export async function readSet(path: string): Promise<SetRecord> {
  const { SET_LINE_SCHEMA } = await import("./set-schema.ts");
  const lines: SetLine[] = [];
  try {
    await readLines(path, (bytes, start, end) => {
      const parsed = SET_LINE_SCHEMA.safeParse(parseJson(bytes.toString("utf8", start, end)));
      if (!parsed.success) throw damaged(path, lines.length + 1);
      lines.push(parsed.data);
    });
  } catch (error) {
    if (error instanceof DrillError) throw error;
    throw new DrillError("environment", "set", `the record of the set ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const [header, ...rest] = lines;
  if (header?.kind !== "set") {
    throw new DrillError(
      "usage",
      "set",
      `${path} is not the record of a set: its first line does not say what was asked for.`,
    );
  }
  return setRecord(header, rest);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function damaged(path: string, line: number): DrillError {
  return new DrillError(
    "environment",
    "set",
    `${path}:${line}: this line is damaged or was not written by this version of Drillbook. A set with a hole is not judged.`,
  );
}
