/** What a member says when it is asked, in words that fit any replicated store. */

/** What one node's member says of itself and of its cluster. A node that does not answer has `answered: false` and nulls. */
export interface MemberView {
  readonly node: string;
  readonly answered: boolean;
  /** Why it did not answer, or (`harness-stood-still` only) not in full; null when it did. */
  readonly reason: string | null;
  readonly clusterId: string | null;
  readonly memberId: string | null;
  /** The leader's member id; null when this member knows of none. */
  readonly leaderId: string | null;
  readonly term: string | null;
  readonly appliedIndex: string | null;
  readonly revision: string | null;
  /** Alarms and errors that are raised, e.g. `NOSPACE`; null when it could not be asked. */
  readonly alarms: readonly string[] | null;
  readonly members: readonly ListedMember[] | null;
  /** How large this member lets its database grow, in bytes; null when it does not say. */
  readonly quotaBytes: string | null;
  /** A hash of this member's data; null when it could not be had. Two are comparable when both revisions are equal. */
  readonly stateHash: StateHash | null;
  /**
   * What the files of its data folder say, read without its process, so that it may be there of a member that does not answer.
   * Null when nobody looked: of a system whose members all tell themselves.
   */
  readonly stored: StoredLog | null;
}

/** The end of the log that lies in a member's data folder, and what is wrong with its files. */
export interface StoredLog {
  /** Of the last entry; null when the files do not tell. */
  readonly lastTerm: string | null;
  readonly lastIndex: string | null;
  /** The highest index in the name of a file, which is all that a listing of the folder shows; null when no name has one. */
  readonly namedIndex: string | null;
  /** When a file in the folder was written last, by this computer's clock: milliseconds since 1970, with a fraction. A listing shows it, too. */
  readonly writtenAtUnixMs: number | null;
  /** One sentence each; empty when the files show none. */
  readonly flaws: readonly string[];
}

/** One line of a member list. */
export interface ListedMember {
  readonly memberId: string;
  /** Empty until the member has started for the first time, and where the store lacks `member-names`. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  /** Empty where the store lacks `member-names`. */
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

/** The hash of a member's key-value data up to a revision. */
export interface StateHash {
  readonly revision: string;
  readonly compactRevision: string;
  readonly hash: string;
}
