/** The database of etcd has used up its quota, and the cluster takes no more writes. */
import type { Drill } from "../../harness/drill/index.ts";
import { fillQuota } from "../../harness/fault/index.ts";
import { etcd, leaderAndFollowers } from "../../harness/system/index.ts";

/** Small, so that it is full within two seconds; large against what the workload writes in the whole drill (some 3 MB). */
const QUOTA_BYTES = 12 * 1024 * 1024;

const quota = (bytes: number): readonly string[] => [`--quota-backend-bytes=${bytes}`];

const DRILL: Omit<Drill, "case" | "title" | "proves" | "system" | "runbook" | "expected" | "membership"> = {
  id: "etcd-quota-full",
  fault: fillQuota(),
  preparation: null,
  roles: leaderAndFollowers,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "everything",
    description: "no member loses its data, so nothing that was acknowledged may be lost",
  },
  // Four times what three restarts in a row were seen to take on two processors, with the seven seconds of each orderly stop.
  objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
  controls: { selfHealing: null, recoveryOnly: { kind: "harmless", stopsAt: "confirm-alarm" } },
};

const KEPT = { voters: 3, clusterId: "kept", revisionMayGoBack: false } as const;

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "all-members",
    title: "etcd has used up its quota on all members, and one start file is edited",
    proves:
      "that a page which raises the quota on one member leaves the alarm to come back, and that raising it on each does not",
    system: etcd({ members: 3, flags: quota(QUOTA_BYTES) }),
    runbook: "runbook.md",
    membership: { ...KEPT, quota: "raised" },
    expected: {
      kind: "failed",
      findings: ["converged", "quota-as-promised", "no-alarm", "every-member-writes"],
      because:
        "Each member holds its own quota against its own database: those that were not raised raise the alarm again.",
      story: "The quota raised on one member",
      corrected: { runbook: "every-member.md" },
    },
  },
  {
    ...DRILL,
    case: "one-member-with-smaller-quota",
    title: "one etcd member has a smaller quota than the others and stops the whole cluster",
    proves: "that one member's quota stops writes on all, and that raising it on every member ends that for good",
    system: etcd({
      members: 3,
      flagsOf: { n1: quota(4 * QUOTA_BYTES), n2: quota(QUOTA_BYTES), n3: quota(4 * QUOTA_BYTES) },
    }),
    runbook: "every-member.md",
    membership: { ...KEPT, quota: "raised" },
    expected: { kind: "passed" },
  },
  {
    ...DRILL,
    case: "compacted",
    title: "etcd has used up its quota with old revisions, which are compacted away",
    proves: "that compaction, defragmentation and disarming end the alarm for good without a higher quota",
    system: etcd({ members: 3, flags: quota(QUOTA_BYTES) }),
    runbook: "compact-and-defragment.md",
    membership: KEPT,
    expected: { kind: "passed" },
  },
];
export default drills;
