/** Which of a key's writes explains what a member holds of it. The heart of the account; pure, one key at a time. */
import type { HeldKey } from "../ledger/index.ts";
import type { KeyHistory, WriteEntry } from "./key-histories.ts";

/** What a member's state of one key says about the key's writes. */
export interface KeyVerdict {
  /** The write that explains the state, by its place in the history; -1 is the time before the first one. */
  readonly index: number;
  /** Acknowledged writes whose effect is gone: they are later than the write that explains the state. */
  readonly lost: readonly WriteEntry[];
  /** The member holds a value that a later acknowledged write had replaced or deleted. */
  readonly resurrected: boolean;
  /** The member holds a value that nobody ever wrote to this key. */
  readonly phantom: boolean;
  /** A refused write that is visible: it was certainly not applied, so the table of outcomes is wrong. */
  readonly visibleRefusal: WriteEntry | null;
  /**
   * The acknowledged put whose value this is, when the member holds it at another revision than the one that was
   * acknowledged: it was written again by somebody else (a log entry applied twice, a page that dumps and puts). Null
   * also when the write's outcome is unknown: then nobody was told a revision.
   */
  readonly rewritten: WriteEntry | null;
  /** The trailing write of unknown outcome, and whether its effect is there; null when there is none. */
  readonly unknown: { readonly write: WriteEntry; readonly applied: boolean } | null;
}

const NONE: ReadonlySet<WriteEntry> = new Set();

/**
 * Explains the state of one key on one member that was read completely (`held` null: absent).
 *
 * The state is that after the write with index f, the highest one that is consistent with it: a put of this very value,
 * or for an absent key a delete, or -1, the time before the first write. Refused writes explain nothing, unless their
 * very value is there. Taking the highest index means that whatever can be explained without an accusation is.
 * @param disproved deletes that are certainly not in this state, and so are not why a key is absent.
 */
export function explainKey(
  history: KeyHistory,
  held: Pick<HeldKey, "valueHash" | "revision"> | null,
  disproved: ReadonlySet<WriteEntry> = NONE,
): KeyVerdict {
  const { writes } = history;
  const applicable = (write: WriteEntry): boolean => write.outcome !== "refused";
  let index =
    held === null
      ? writes.findLastIndex((write) => write.op === "delete" && applicable(write) && !disproved.has(write))
      : writes.findLastIndex((write) => write.valueHash === held.valueHash && write.op === "put" && applicable(write));
  let visibleRefusal: WriteEntry | null = null;
  if (held !== null && index < 0) {
    index = writes.findLastIndex((write) => write.valueHash === held.valueHash && write.op === "put");
    visibleRefusal = writes[index] ?? null;
  }
  const phantom = held !== null && index < 0;
  const lost = writes.filter((write, at) => write.outcome === "acknowledged" && at > index);
  const last = writes.at(-1);
  const source = held === null ? undefined : writes[index];
  const elsewhere =
    source?.outcome === "acknowledged" && source.revision !== null && source.revision !== held?.revision;
  return {
    index,
    lost,
    resurrected: held !== null && !phantom && lost.length > 0,
    phantom,
    visibleRefusal,
    rewritten: elsewhere ? (source ?? null) : null,
    unknown: last?.outcome === "unknown" ? { write: last, applied: index === writes.length - 1 } : null,
  };
}

/** Whether nothing follows from a verdict but that the acknowledged writes of the key are kept. */
export function isPlain({ lost, resurrected, phantom, visibleRefusal, rewritten, unknown }: KeyVerdict): boolean {
  return (
    lost.length === 0 && !resurrected && !phantom && visibleRefusal === null && rewritten === null && unknown === null
  );
}
