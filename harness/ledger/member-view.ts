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
}

/** One line of a member list. */
export interface ListedMember {
  readonly memberId: string;
  /** Empty until the member has started for the first time. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

/** The hash of a member's key-value data up to a revision. */
export interface StateHash {
  readonly revision: string;
  readonly compactRevision: string;
  readonly hash: string;
}
