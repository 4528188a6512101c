/**
 * A MicroK8s store is down on three nodes, and a file of one is damaged. The page is followed with a good node as the source; what becomes of
 * the damaged node's own files it leaves open, and each way of reading it is a case.
 */
import { caseOfReading, pairwiseReadings, type Drill } from "../../harness/drill/index.ts";
import { damagedWhileDown } from "../../harness/fault/index.ts";
import { goodAndBehind } from "../../harness/system/index.ts";
import { MICROK8S_PAGE } from "../microk8s-page.ts";

/** What the disaster may be, and the page's choices. */
const CHOICES = {
  /** What is damaged: a byte of the last closed segment, of the newest snapshot, of the segment that is open; or a segment is gone, or its second half. */
  damage: [
    "last-closed-segment-byte",
    "snapshot-byte",
    "open-segment-byte",
    "last-closed-segment-missing",
    "open-segment-truncated",
  ],
  /** What becomes of files that the archive does not have. */
  leftovers: ["stay", "removed", "emptied"],
  /** When the damaged node is started. */
  order: ["second", "last"],
} as const satisfies Drill["choices"];

/** One reading. */
type CorruptNode = { readonly [C in keyof typeof CHOICES]: (typeof CHOICES)[C][number] };

/** More than a snapshot's threshold of 1024 entries (dqlite src/server.c), and more than one segment of 8 MiB. */
const MANY = { writes: 1200, valueBytes: 10_000 } as const;

/** Segments that are open are there from the first write on; a closed one and a snapshot take many. */
function isOpenSegment({ damage }: CorruptNode): boolean {
  return damage.startsWith("open-segment");
}

/** Why the damaged node does not start where its old closed segments and snapshots lie beside the good ones, and where that is told. */
function whyNot({ damage }: CorruptNode): { readonly because: string; readonly story: string } {
  return damage === "snapshot-byte"
    ? {
        because: "the damaged snapshot lies beside the good one, and the damaged node reads its own, which is later",
        story: "A damaged snapshot that stays is the one that is read",
      }
    : {
        because: "the closed segments of two nodes overlap, and the damaged node does not start from both",
        story: "Closed segments of two nodes do not go together",
      };
}

/** What comes of a reading of the page as it is written, by what docs/findings.md tells of it. */
function expectedOf(reading: CorruptNode): Drill["expected"] {
  // Segments that are open have the same names on all nodes, so that the good ones take the place of the damaged one.
  if (reading.leftovers !== "stay" || isOpenSegment(reading)) return { kind: "passed" };
  return {
    kind: "failed",
    findings: ["every-step-ran", "converged", "every-member-writes"],
    stopsAt: [`start-behind-${reading.order}`],
    ...whyNot(reading),
    corrected: { runbook: "../microk8s-stale-node/corrected.md" },
  };
}

const readings = pairwiseReadings(CHOICES) as readonly CorruptNode[];
const drills: readonly Drill[] = readings.map((reading): Drill => ({
  ...MICROK8S_PAGE,
  id: "microk8s-corrupt-node",
  case: caseOfReading(reading),
  title: "a MicroK8s store is down, and a file of one of three nodes is damaged",
  proves: "that the page brings back every acknowledged write from a good node, read in this way",
  fault: damagedWhileDown({
    // Followers cut their segments alike, mostly, and a leader by itself; of the snapshots a follower's is the later one.
    target: reading.damage.startsWith("last-closed") ? "leader" : "a-follower",
    damage: reading.damage,
    endsBy: "killed",
    filler: isOpenSegment(reading) ? null : MANY,
    // Where a good node has a file of the same name, or a later snapshot, the copy heals what the reading leaves there.
    outlastsCopy: reading.leftovers === "stay" && !isOpenSegment(reading),
    lasts: null,
  }),
  runbook: "../microk8s-stale-node/runbook.md",
  choices: CHOICES,
  reading,
  roles: goodAndBehind("log"),
  expected: expectedOf(reading),
}));
export default drills;
