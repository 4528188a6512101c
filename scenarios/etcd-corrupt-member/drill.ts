/** The data of one of three etcd members is damaged; the page removes the data and replaces the member. */
import type { Drill } from "../../harness/drill/index.ts";
import { damageData, type DamageKind } from "../../harness/fault/index.ts";
import { leaderTakenForFailed } from "../../harness/system/index.ts";
import { ONE_ETCD_MEMBER_FAILS } from "../one-member-fails.ts";

/** The drill with one kind of damage. */
function corrupt(name: string, how: DamageKind, what: string): Drill {
  return {
    ...ONE_ETCD_MEMBER_FAILS,
    id: "etcd-corrupt-member",
    case: name,
    title: `one of three etcd members has ${what}`,
    proves: `that the page replaces a member with ${what}, while the others serve, and nothing that was acknowledged is lost`,
    fault: damageData({ target: "one", how }),
    controls: {
      selfHealing: null,
      recoveryOnly: { kind: "harmless", stopsAt: "confirm-failed", roles: leaderTakenForFailed },
    },
  };
}

const drills: readonly Drill[] = [
  corrupt("changed-value", "changed-value", "a changed value in its database"),
  corrupt("damaged-wal", "damaged-wal", "a damaged write-ahead log"),
  corrupt("truncated-snapshot", "truncated-database", "a truncated database"),
  corrupt("missing-file", "missing-wal", "no write-ahead log any more"),
];
export default drills;
