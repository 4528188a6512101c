/** What one store folder says of itself, as data. Not its business: how it was read (dqlite/, etcd/), or which of several is best (compare.ts). */
import type { StoredLog } from "./stored-log.ts";

/** The stores whose folders can be read. */
export type StoreKind = "dqlite" | "etcd";

/** A place in a raft log. */
export interface Position {
  readonly term: bigint;
  readonly index: bigint;
}

/**
 * How sure something is that was found.
 *
 * - `damage`: it cannot be like this in a store that is whole, or a checksum proves it.
 * - `cannot-tell`: a crash of a healthy store leaves it so, and damage may, too.
 * - `note`: nothing is wrong; a reader should know.
 */
export type FindingKind = "damage" | "cannot-tell" | "note";

/** One thing that was found, with its place. */
export interface Finding {
  readonly kind: FindingKind;
  /** The file, from the store's folder; null when it is about several. */
  readonly file: string | null;
  /** Byte of the file at which it begins; null when it is about the whole file. */
  readonly atByte: number | null;
  readonly what: string;
}

/** Bytes in which a wrong value is not noticed, since the store has no checksum there. */
export interface Unchecked {
  readonly file: string;
  readonly fromByte: number;
  /** Exclusive. */
  readonly toByte: number;
  readonly what: string;
}

/** A snapshot in the folder that passed every check that it allows. */
export interface StoredSnapshot {
  readonly file: string;
  readonly position: Position;
}

/** One of the members that a store knows of. */
export interface StoredServer {
  readonly id: bigint;
  readonly address: string;
}

/** Whose store it is. What the format does not say is null. */
export interface Identity {
  /** dqlite's format has none. */
  readonly clusterId: bigint | null;
  readonly memberId: bigint | null;
  readonly address: string | null;
}

/** What etcd's database file says of itself. */
export interface Backend {
  /** Last applied entry (`consistent_index` and `term` of bucket `meta`). Null: not there. */
  readonly appliedIndex: bigint | null;
  readonly appliedTerm: bigint | null;
  /** Of the last change of a key; null when none was ever written. */
  readonly revision: bigint | null;
  /** Written by etcd 3.6 and later. */
  readonly storageVersion: string | null;
}

/** What one folder says. */
export interface StoreReport {
  readonly folder: string;
  readonly store: StoreKind;
  readonly identity: Identity;
  /** The members of the last configuration that could be read; empty when there is none, or the format has none (etcd). */
  readonly servers: readonly StoredServer[];
  /** The term that the member had reached, which may be above that of its last entry. Null: not known. */
  readonly currentTerm: bigint | null;
  /** The last entry up to which nothing is missing. Null: there is none, or it cannot be told. */
  readonly last: Position | null;
  /** The file that holds it. */
  readonly lastIn: string | null;
  /** The last entry that can be read *behind* a gap or a damage. Null: there is no such entry. */
  readonly beyond: Position | null;
  /** Every entry up to this one is known to be committed; there may be more. Null: nothing is known. */
  readonly committedAtLeast: bigint | null;
  /** Index of the last entry by which somebody gave this store other members by hand, where that can be seen. Nobody elected it for that entry's term. */
  readonly reconfiguredAt: bigint | null;
  /** Oldest first. */
  readonly snapshots: readonly StoredSnapshot[];
  readonly log: StoredLog;
  /** Of etcd; null of others, and when it cannot be read. */
  readonly backend: Backend | null;
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  /** Name to SHA-256 of the files that dqlite's members may be compared by; empty for etcd, whose members' files differ when all is well. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Whether anything is proven to be damaged. */
export function isDamaged({ findings }: StoreReport): boolean {
  return findings.some(({ kind }) => kind === "damage");
}

/** As raft orders logs (section 5.4.1 of its paper): by the term of the last entry, then by its index. Negative: `a` is behind. */
export function comparePositions(a: Position, b: Position): number {
  if (a.term !== b.term) return a.term < b.term ? -1 : 1;
  return a.index === b.index ? 0 : a.index < b.index ? -1 : 1;
}
