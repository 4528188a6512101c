/**
 * How many members an etcd cluster of each size can lose before it takes no more writes: the table of the page, row by row,
 * and its sentence on even sizes. Nobody follows anything; at the end all members are started again.
 */
import type { Drill } from "../../harness/drill/index.ts";
import { loseOneByOne } from "../../harness/fault/index.ts";
import type { PromisedService } from "../../harness/ledger/index.ts";
import { etcd, noRoles } from "../../harness/system/index.ts";

/** The page's rows: the size of the cluster, and how many members it may lose. */
const TABLE: readonly (readonly [members: number, mayLose: number])[] = [
  [1, 0],
  [3, 1],
  [5, 2],
  [7, 3],
  [9, 4],
];

/** Even sizes: a member more than in the row before, and according to the page no loss more. */
const EVEN: typeof TABLE = [
  [2, 0],
  [4, 1],
  [6, 2],
  [8, 3],
];

const drills: readonly Drill[] = [...TABLE, ...EVEN]
  .toSorted(([a], [b]) => a - b)
  .map(([members, mayLose]): Drill => ({
    id: "etcd-quorum-table",
    case: `members-${members}`,
    title: `an etcd cluster of ${members} loses its members one after another`,
    proves: `that ${members === 1 ? "a single member" : `${members} members`} may lose ${mayLose} and no more: then nothing is written, until the last is gone nothing but what each holds can be read, and all that was acknowledged is there once they are back`,
    system: etcd({ members }),
    fault: loseOneByOne(),
    runbook: null,
    preparation: null,
    roles: noRoles,
    detection: { kind: "none", because: "nobody acts: the members are started again at the end of the fault" },
    expected: { kind: "passed" },
    recoveryPoint: { kind: "everything", description: "no member lost its data" },
    // Most of it are the stretches in which the losses are looked at: up to nine of a second each, and elections between them.
    objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
    membership: { voters: members, clusterId: "kept", revisionMayGoBack: false },
    service: promisedBy(members, mayLose),
    controls: {
      selfHealing: "all members are started again at the end of the fault",
      recoveryOnly: { kind: "not-applicable", because: "there is no page" },
    },
    // Nine members on two processors: fewer writes, and probes that leave the processors to those that they look at.
    settings: { writesPerSecond: 50, readsPerSecond: 20, serviceProbePeriodMs: 100, clusterProbePeriodMs: 500 },
  }));
export default drills;

function promisedBy(members: number, mayLose: number): readonly PromisedService[] {
  return Array.from({ length: members }, (_, index): PromisedService => {
    const lost = index + 1;
    return { lost, service: lost <= mayLose ? "writable" : lost < members ? "readable" : "down" };
  });
}
