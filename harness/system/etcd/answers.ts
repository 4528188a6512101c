/**
 * Reads etcd's JSON answers. The gateway leaves out whatever has its default value (0, "", false, []), and writes 64-bit
 * numbers as strings; they stay strings, because they exceed 2^53.
 * Not its business: asking.
 */
import type { ListedMember } from "../../ledger/index.ts";
import type { Reply } from "./gateway.ts";

type Json = Readonly<Record<string, unknown>>;

/** The body of a successful answer; null for any other reply. */
export function successOf(reply: Reply): Json | null {
  return reply.kind === "answer" && reply.status === 200 ? reply.body : null;
}

/** Which member answered, and how far it is. */
export interface AnswerHeader {
  readonly clusterId: string;
  readonly memberId: string;
  /** Absent from answers that are not about keys. */
  readonly revision: string | null;
}

/** The header of an answer; null if it has none that names a cluster and a member. */
export function headerOf(body: Json): AnswerHeader | null {
  const header = objectAt(body, "header");
  const clusterId = header === null ? null : decimalAt(header, "cluster_id");
  const memberId = header === null ? null : decimalAt(header, "member_id");
  if (header === null || clusterId === null || memberId === null) return null;
  return { clusterId, memberId, revision: decimalAt(header, "revision") };
}

/** What `maintenance/status` says. */
export interface StatusAnswer extends AnswerHeader {
  /** Null when the member knows of no leader. */
  readonly leaderId: string | null;
  readonly term: string | null;
  readonly appliedIndex: string | null;
  readonly alarms: readonly string[];
  /** Told from 3.6 on (`--quota-backend-bytes`, or the default of the version); before, by metrics.ts. */
  readonly quotaBytes: string | null;
}

export function statusOf(body: Json): StatusAnswer | null {
  const header = headerOf(body);
  if (header === null) return null;
  const leader = decimalAt(body, "leader");
  return {
    ...header,
    // Without a leader it is 0, which the gateway leaves out.
    leaderId: leader === "0" ? null : leader,
    term: decimalAt(body, "raftTerm"),
    appliedIndex: decimalAt(body, "raftAppliedIndex"),
    alarms: stringsAt(body, "errors").map(alarmName),
    quotaBytes: decimalAt(body, "dbSizeQuota"),
  };
}

/** The members in an answer of `cluster/member/list`; null if there is none, or one that cannot be read. */
export function membersOf(body: Json): readonly ListedMember[] | null {
  const listed = objectsAt(body, "members");
  if (listed === null || listed.length === 0) return null;
  const members = listed.map(memberOf);
  return members.every((member) => member !== null) ? members : null;
}

/** One key of an answer of `kv/range`; key and value still in base64. */
export interface RangeItem {
  readonly key: string;
  readonly value: string;
  readonly modRevision: string;
  /** Puts since the key was created. */
  readonly version: string | null;
}

export function rangeOf(body: Json): { readonly items: readonly RangeItem[]; readonly more: boolean } | null {
  const items = itemsOf(body);
  if (headerOf(body) === null || items === null) return null;
  return { items, more: body["more"] === true };
}

/**
 * What `kv/txn` says. `applied` is true when its writes were applied, all of them. Otherwise its condition did not hold,
 * nothing was changed, and `found` is what the one read of its else branch found.
 */
export type TransactionAnswer =
  | { readonly applied: true; readonly revision: string }
  | { readonly applied: false; readonly found: readonly RangeItem[] };

/** Null when it says neither for certain. */
export function transactionOf(body: Json): TransactionAnswer | null {
  const revision = headerOf(body)?.revision ?? null;
  if (revision === null) return null;
  if (body["succeeded"] === true) return { applied: true, revision };
  // Left out when false. Only the answer of the else branch shows that this is what was meant.
  const [answer, ...others] = objectsAt(body, "responses") ?? [];
  const read = answer === undefined || others.length > 0 ? null : objectAt(answer, "response_range");
  const found = read === null || "succeeded" in body ? null : itemsOf(read);
  return found === null ? null : { applied: false, found };
}

/** What `maintenance/hashkv` says of the data up to `revision`. */
export function hashOf(
  body: Json,
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

function memberOf(listed: Json): ListedMember | null {
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

function itemsOf(body: Json): readonly RangeItem[] | null {
  // Left out when nothing was found; anything else that is not a list must not pass for "nothing was found".
  const found = body["kvs"] === undefined ? [] : objectsAt(body, "kvs");
  const items = found?.map(itemOf);
  return items?.every((item) => item !== null) === true ? items : null;
}

function itemOf(found: Json): RangeItem | null {
  const key = found["key"];
  const value = found["value"] ?? "";
  const modRevision = decimalAt(found, "mod_revision");
  if (typeof key !== "string" || typeof value !== "string" || modRevision === null) return null;
  return { key, value, modRevision, version: decimalAt(found, "version") };
}

/** `memberID:123 alarm:NOSPACE ` is NOSPACE; other errors stay as they are, e.g. `etcdserver: no leader`. */
function alarmName(error: string): string {
  return /\balarm:(\w+)/.exec(error)?.[1] ?? error.trim();
}

/** The answer within an answer, as streams wrap theirs; null if there is none. */
export function wrappedIn(body: Json, name: string): Json | null {
  return objectAt(body, name);
}

/** A time in seconds in an answer about a lease; 0 when left out. Below 0 for one that is not there, or long due. */
export function timeToLiveOf(body: Json, name: "TTL" | "grantedTTL"): number {
  return Number(decimalAt(body, name) ?? "0");
}

/** The ids in a list of leases; null if there is one that cannot be read. */
export function leasesOf(body: Json): readonly string[] | null {
  const listed = body["leases"] === undefined ? [] : objectsAt(body, "leases");
  const ids = listed?.map((one) => decimalAt(one, "ID"));
  return headerOf(body) !== null && ids?.every((id) => id !== null) === true ? ids : null;
}

function objectAt(body: Json, name: string): Json | null {
  const value = body[name];
  return isObject(value) ? value : null;
}

function objectsAt(body: Json, name: string): readonly Json[] | null {
  const value = body[name];
  return Array.isArray(value) && value.every(isObject) ? value : null;
}

function stringsAt(body: Json, name: string): readonly string[] {
  const value = body[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function decimalAt(body: Json, name: string): string | null {
  const value = body[name];
  return typeof value === "string" && /^-?\d+$/.test(value) ? value : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
