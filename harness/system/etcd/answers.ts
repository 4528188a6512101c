/**
 * Reads etcd's answers. Whatever has its default value (0, "", false, []) is left out of them; 64-bit numbers are decimal
 * strings, because they exceed 2^53.
 * Not its business: asking.
 */
import type { ListedMember } from "../../ledger/index.ts";
import type { Message } from "./message.ts";
import type { Reply } from "./reply.ts";

/** The body of a successful answer; null for any other reply. */
export function successOf(reply: Reply): Message | null {
  return reply.kind === "answer" ? reply.body : null;
}

/** Which member answered, and how far it is. */
export interface AnswerHeader {
  readonly clusterId: string;
  readonly memberId: string;
  /** Absent from answers that are not about keys. */
  readonly revision: string | null;
}

/** The header of an answer; null if it has none that names a cluster and a member. */
export function headerOf(body: Message): AnswerHeader | null {
  const header = objectAt(body, "header");
  const clusterId = header === null ? null : decimalAt(header, "cluster_id");
  const memberId = header === null ? null : decimalAt(header, "member_id");
  if (header === null || clusterId === null || memberId === null) return null;
  return { clusterId, memberId, revision: decimalAt(header, "revision") };
}

/** What `Maintenance/Status` says. */
export interface StatusAnswer extends AnswerHeader {
  /** Null when the member knows of no leader. */
  readonly leaderId: string | null;
  readonly term: string | null;
  readonly appliedIndex: string | null;
  readonly alarms: readonly string[];
  /** Told from 3.6 on (`--quota-backend-bytes`, or the default of the version); before, by metrics.ts. */
  readonly quotaBytes: string | null;
}

export function statusOf(body: Message): StatusAnswer | null {
  const header = headerOf(body);
  if (header === null) return null;
  const leader = decimalAt(body, "leader");
  return {
    ...header,
    // Without a leader it is 0, which is left out.
    leaderId: leader === "0" ? null : leader,
    term: decimalAt(body, "raftTerm"),
    appliedIndex: decimalAt(body, "raftAppliedIndex"),
    alarms: stringsAt(body, "errors").map(alarmName),
    quotaBytes: decimalAt(body, "dbSizeQuota"),
  };
}

/** The members in an answer of `Cluster/MemberList`; null if there is none, or one that cannot be read. */
export function membersOf(body: Message): readonly ListedMember[] | null {
  const listed = objectsAt(body, "members");
  if (listed === null || listed.length === 0) return null;
  const members = listed.map(memberOf);
  return members.every((member) => member !== null) ? members : null;
}

/** One key of an answer of `KV/Range`. */
export interface RangeItem {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly modRevision: string;
  /** Puts since the key was created. */
  readonly version: string | null;
}

export function rangeOf(body: Message): { readonly items: readonly RangeItem[]; readonly more: boolean } | null {
  const items = itemsOf(body);
  if (headerOf(body) === null || items === null) return null;
  return { items, more: body["more"] === true };
}

/**
 * What `KV/Txn` says. `applied` is true when its writes were applied, all of them. Otherwise its condition did not hold,
 * nothing was changed, and `found` is what the one read of its else branch found.
 */
export type TransactionAnswer =
  | { readonly applied: true; readonly revision: string }
  | { readonly applied: false; readonly found: readonly RangeItem[] };

/** Null when it says neither for certain. */
export function transactionOf(body: Message): TransactionAnswer | null {
  const revision = headerOf(body)?.revision ?? null;
  if (revision === null) return null;
  if (body["succeeded"] === true) return { applied: true, revision };
  // Left out when false. Only the answer of the else branch shows that this is what was meant.
  const [answer, ...others] = objectsAt(body, "responses") ?? [];
  const read = answer === undefined || others.length > 0 ? null : objectAt(answer, "response_range");
  const found = read === null || "succeeded" in body ? null : itemsOf(read);
  return found === null ? null : { applied: false, found };
}

/** What `Maintenance/HashKV` says of the data up to `revision`. */
export function hashOf(
  body: Message,
  revision: string,
): { readonly revision: string; readonly compactRevision: string; readonly hash: string } | null {
  const hash = body["hash"] ?? 0;
  if (headerOf(body) === null || typeof hash !== "number") return null;
  return {
    // Named by etcd from 3.6 on; older ones hash at the revision that was asked for.
    revision: decimalAt(body, "hash_revision") ?? revision,
    compactRevision: decimalAt(body, "compact_revision") ?? "0",
    hash: String(hash),
  };
}

function memberOf(listed: Message): ListedMember | null {
  const memberId = decimalAt(listed, "ID");
  if (memberId === null) return null;
  const name = listed["name"];
  return {
    memberId,
    name: typeof name === "string" ? name : "",
    peerUrls: stringsAt(listed, "peerURLs"),
    clientUrls: stringsAt(listed, "clientURLs"),
    isLearner: listed["isLearner"] === true,
  };
}

function itemsOf(body: Message): readonly RangeItem[] | null {
  // Left out when nothing was found; anything else that is not a list must not pass for "nothing was found".
  const found = body["kvs"] === undefined ? [] : objectsAt(body, "kvs");
  const items = found?.map(itemOf);
  return items?.every((item) => item !== null) === true ? items : null;
}

const EMPTY = Buffer.alloc(0);

function itemOf(found: Message): RangeItem | null {
  const key = found["key"];
  const value = found["value"] ?? EMPTY;
  const modRevision = decimalAt(found, "mod_revision");
  if (!Buffer.isBuffer(key) || !Buffer.isBuffer(value) || modRevision === null) return null;
  return { key, value, modRevision, version: decimalAt(found, "version") };
}

/** `memberID:123 alarm:NOSPACE ` is NOSPACE; other errors stay as they are, e.g. `etcdserver: no leader`. */
function alarmName(error: string): string {
  return /\balarm:(\w+)/.exec(error)?.[1] ?? error.trim();
}

/** A time in seconds in an answer about a lease; 0 when left out. Below 0 for one that is not there, or long due. */
export function timeToLiveOf(body: Message, name: "TTL" | "grantedTTL"): number {
  return Number(decimalAt(body, name) ?? "0");
}

/** The ids in a list of leases; null if there is one that cannot be read. */
export function leasesOf(body: Message): readonly string[] | null {
  const listed = body["leases"] === undefined ? [] : objectsAt(body, "leases");
  const ids = listed?.map((one) => decimalAt(one, "ID"));
  return headerOf(body) !== null && ids?.every((id) => id !== null) === true ? ids : null;
}

export function objectAt(body: Message, name: string): Message | null {
  const value = body[name];
  return isObject(value) ? value : null;
}

export function objectsAt(body: Message, name: string): readonly Message[] | null {
  const value = body[name];
  return Array.isArray(value) && value.every(isObject) ? value : null;
}

function stringsAt(body: Message, name: string): readonly string[] {
  const value = body[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

export function decimalAt(body: Message, name: string): string | null {
  const value = body[name];
  return typeof value === "string" && /^-?\d+$/.test(value) ? value : null;
}

function isObject(value: unknown): value is Message {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
