/**
 * Reads the messages of a watch: `{"result": ...}` or `{"error": ...}`, one a line. The gateway leaves out defaults, so
 * that an event without a type is a put. Not its business: the connection.
 */
import type { WatchEvent } from "../../ledger/index.ts";

/** One line of the stream. */
export type WatchLine =
  | {
      readonly kind: "message";
      readonly created: boolean;
      readonly cancelled: boolean;
      /** Of a cancelled watch; empty otherwise. */
      readonly cancelReason: string;
      /** Told when the revisions that were asked for are gone; else null. */
      readonly compactRevision: string | null;
      /** The store's revision in the header; null when left out. */
      readonly revision: string | null;
      readonly events: readonly WatchEvent[];
    }
  /** The stream has failed, or was never made. */
  | { readonly kind: "error"; readonly message: string }
  /** Anything else: whoever cannot read a message does not know what it held. */
  | { readonly kind: "unreadable" };

type Json = Readonly<Record<string, unknown>>;

export function readWatchLine(text: string): WatchLine {
  const body = parsed(text);
  const result = body?.["result"];
  if (isObject(result)) return messageOf(result);
  const error = body?.["error"];
  if (isObject(error)) return { kind: "error", message: textOf(error["message"]) ?? "an error without a message" };
  // A call that is turned away before the stream begins is answered as any other: the error itself, not wrapped.
  const message = textOf(body?.["message"]) ?? textOf(error);
  return message === null ? { kind: "unreadable" } : { kind: "error", message };
}

function messageOf(result: Json): WatchLine {
  const header = result["header"];
  const events = result["events"] ?? [];
  const read = Array.isArray(events) ? events.map(eventOf) : [null];
  if (!read.every((event) => event !== null)) return { kind: "unreadable" };
  const compact = decimalOf(result["compact_revision"]);
  const cancelled = result["canceled"] === true;
  const reason = textOf(result["cancel_reason"]) ?? "";
  const unnamed = compact === null ? "cancelled without a reason" : `compacted up to revision ${compact}`;
  return {
    kind: "message",
    created: result["created"] === true,
    cancelled,
    cancelReason: cancelled && reason === "" ? unnamed : reason,
    compactRevision: compact === "0" ? null : compact,
    revision: isObject(header) ? decimalOf(header["revision"]) : null,
    events: read,
  };
}

function eventOf(event: unknown): WatchEvent | null {
  if (!isObject(event) || !isObject(event["kv"])) return null;
  const key = event["kv"]["key"];
  const revision = decimalOf(event["kv"]["mod_revision"]);
  const type = event["type"] ?? "PUT";
  if (typeof key !== "string" || revision === null || (type !== "PUT" && type !== "DELETE")) return null;
  return { op: type === "PUT" ? "put" : "delete", key: Buffer.from(key, "base64").toString("utf8"), revision };
}

function parsed(text: string): Json | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function decimalOf(value: unknown): string | null {
  return typeof value === "string" && /^\d+$/.test(value) ? value : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
