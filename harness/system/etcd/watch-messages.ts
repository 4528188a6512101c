/** Reads the messages of a watch. Not its business: the connection. */
import type { WatchEvent } from "../../ledger/index.ts";
import { decimalAt, objectAt, objectsAt } from "./answers.ts";
import type { Message } from "./message.ts";

/** One message of the stream. */
export interface WatchAnswer {
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

/** Null for a message that cannot be read: nobody knows then what it held. */
export function readWatchMessage(message: Message): WatchAnswer | null {
  const header = objectAt(message, "header");
  const events = (objectsAt(message, "events") ?? []).map(eventOf);
  if (header === null || !events.every((event) => event !== null)) return null;
  const compact = decimalAt(message, "compact_revision");
  const cancelled = message["canceled"] === true;
  const told = message["cancel_reason"];
  const reason = typeof told === "string" ? told : "";
  const unnamed = compact === null ? "cancelled without a reason" : `compacted up to revision ${compact}`;
  return {
    created: message["created"] === true,
    cancelled,
    cancelReason: cancelled && reason === "" ? unnamed : reason,
    compactRevision: compact === "0" ? null : compact,
    revision: decimalAt(header, "revision"),
    events,
  };
}

function eventOf(event: Message): WatchEvent | null {
  const about = objectAt(event, "kv");
  const key = about?.["key"];
  const revision = about === null ? null : decimalAt(about, "mod_revision");
  // Left out for a put, which is the default.
  const type = event["type"] ?? "PUT";
  if (!Buffer.isBuffer(key) || revision === null || (type !== "PUT" && type !== "DELETE")) return null;
  return { op: type === "PUT" ? "put" : "delete", key: key.toString("utf8"), revision };
}
