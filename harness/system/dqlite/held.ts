/**
 * What one member itself holds: the database's file and its WAL, as the member has them in memory, which it hands out without
 * asking anybody (a `dump`; dqlite src/gateway.c). That is what it has applied; whether its folder says the same shows when it is
 * read again after every member was restarted from its folder. Not its business: what should be there.
 */
import type { Clock } from "../../core/index.ts";
import { FENCE_NOT_HELD, type HeldKey } from "../../ledger/index.ts";
import type { Attempt, HeldEnd, HeldOptions } from "../cluster.ts";
import { rowOfNoAnswer } from "../no-answer.ts";
import { hashValue } from "../value-hash.ts";
import { acknowledged } from "./client.ts";
import { rowsOf, type Row } from "./database.ts";
import { DATABASE } from "./layout.ts";
import { askDump, askNode } from "./wire.ts";
import { dumpIn } from "./wire-answers.ts";

/** Where a member is asked, and where its files may lie meanwhile. */
export interface DumpPlace {
  readonly host: string;
  readonly port: number;
  /** Absolute path of a folder of the run's own. */
  readonly folder: string;
}

/** All rows that a member holds, or why they could not be had: in words, and as the outcome of a read. */
type Dumped =
  | { readonly kind: "rows"; readonly rows: readonly Row[] }
  | { readonly kind: "none"; readonly why: string; readonly outcome: "refused" | "unknown" };

/** Keys in one part. */
const PART_KEYS = 1000;
/** A member that is behind gets what it lacks within milliseconds; one that never gets it is asked until the time is over. */
const LOOK_EVERY_MS = 100;
/** Who is asked with less time than this left may only say that it was too short, and what it said before would be forgotten. */
const FAIR_MS = 1000;

/**
 * Reads the member as soon as it holds the fence. One that does not within the time-out is not read: a key that is not there
 * yet is not a key that is lost.
 */
export async function* readHeld(
  place: DumpPlace,
  { fence, prefix, timeoutMs }: HeldOptions,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<readonly HeldKey[], HeldEnd> {
  const untilMs = clock.nowMs() + timeoutMs;
  for (;;) {
    const dumped = await dump(place, Math.max(1, untilMs - clock.nowMs()));
    const under = dumped.kind === "rows" ? dumped.rows.find(({ key }) => key === fence?.key) : undefined;
    const end = {
      fenceValueHash: under === undefined ? null : hashValue(under.value),
      revision: null,
      stateHash: null,
    };
    if (dumped.kind === "rows" && (fence === null || under?.value === fence.value)) {
      const held = dumped.rows.filter(({ key }) => key.startsWith(prefix)).map(heldKey);
      for (let from = 0; from < held.length; from += PART_KEYS) yield held.slice(from, from + PART_KEYS);
      return { complete: true, reason: null, ...end };
    }
    if (clock.nowMs() + LOOK_EVERY_MS + FAIR_MS >= untilMs) {
      const reason = dumped.kind === "none" ? dumped.why : FENCE_NOT_HELD;
      return { complete: false, reason, ...end };
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/** What the member itself holds under one key, as a read. */
export async function readLocal(place: DumpPlace, key: string, timeoutMs: number): Promise<Attempt> {
  const dumped = await dump(place, timeoutMs);
  if (dumped.kind === "rows") return acknowledged(dumped.rows.find((row) => row.key === key)?.value ?? null);
  return { outcome: dumped.outcome, revision: null, value: null, reason: dumped.why };
}

async function dump({ folder, ...address }: DumpPlace, timeoutMs: number): Promise<Dumped> {
  const reply = await askNode(address, [askDump(DATABASE)], timeoutMs);
  if (reply.kind === "unreadable") return { kind: "none", why: reply.said ?? "unreadable-answer", outcome: "unknown" };
  if (reply.kind !== "answers") {
    const { outcome, reason } = rowOfNoAnswer(reply);
    return { kind: "none", why: reason, outcome };
  }
  const files = reply.bodies[0] === undefined ? null : dumpIn(reply.bodies[0]);
  const rows = files === null ? null : await rowsOf(files, folder);
  return rows === null
    ? { kind: "none", why: "what it handed out is no database", outcome: "unknown" }
    : { kind: "rows", rows };
}

function heldKey({ key, value }: Row): HeldKey {
  return { key, valueHash: hashValue(value), revision: null, version: null };
}
