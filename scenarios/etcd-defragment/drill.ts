/** Maintenance: etcd's database files are mostly free pages, and are written anew member by member. */
import type { Drill } from "../../harness/drill/index.ts";
import { fragment } from "../../harness/fault/index.ts";
import { etcd, leaderAndFollowers } from "../../harness/system/index.ts";

/** Enough that a member is away for longer than a probe's period while it is defragmented; written in some two seconds. */
const FREE_BYTES = 16 * 1024 * 1024;

const DRILL: Omit<Drill, "case" | "title" | "proves" | "system" | "runbook" | "membership"> = {
  id: "etcd-defragment",
  fault: fragment({ freeBytes: FREE_BYTES }),
  preparation: null,
  roles: leaderAndFollowers,
  detection: { kind: "none", because: "it is maintenance: the operator begins when it suits" },
  recoveryPoint: {
    kind: "everything",
    description: "defragmentation takes away free pages only, so nothing that was acknowledged may be lost",
  },
  expected: { kind: "passed" },
  // Ten times what it was seen to take on two processors.
  objectives: { recoveryTimeMs: 30_000, lostWrites: 0, lostWritesReason: null },
  controls: {
    selfHealing:
      "nothing is down: a fragmented database is served as ever, and only its file is larger than it need be",
    recoveryOnly: {
      kind: "not-applicable",
      because: "the page asks that the file shrinks, and the file of a new cluster has nothing to give",
    },
  },
};

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "one-member",
    title: "the only etcd member is defragmented",
    proves:
      "that a cluster of one member is back after its defragmentation with every acknowledged write, and how long it was away",
    system: etcd({ members: 1 }),
    runbook: "one-member.md",
    membership: { voters: 1, clusterId: "kept", revisionMayGoBack: false },
  },
  {
    ...DRILL,
    case: "three-members",
    title: "three etcd members are defragmented one after another, the leader last",
    proves:
      "that the page shrinks every member's file without losing an acknowledged write, and what clients see meanwhile",
    system: etcd({ members: 3 }),
    runbook: "several-members.md",
    membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  },
];
export default drills;
