/** What is the same of every drill in which the page for MicroK8s' store is followed: three nodes, all of them down, one good store. */
import { fileURLToPath } from "node:url";
import type { Drill } from "../harness/drill/index.ts";
import { dqlite } from "../harness/system/index.ts";

/** What MicroK8s has on a node for its operators, for the store alone (docs/fidelity.md). */
export const MICROK8S_COMMANDS: Readonly<Record<string, string>> = Object.fromEntries(
  ["microk8s", "snap"].map((name) => [name, fileURLToPath(new URL(`../fixtures/microk8s/${name}`, import.meta.url))]),
);

export const MICROK8S_PAGE: Omit<Drill, "id" | "case" | "title" | "proves" | "fault" | "roles" | "expected"> = {
  system: dqlite({ members: 3, nodeCommands: MICROK8S_COMMANDS }),
  runbook: "runbook.md",
  preparation: null,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "everything",
    description: "a majority of the members kept all that was acknowledged",
  },
  // What the page allows itself: up to ten minutes.
  objectives: { recoveryTimeMs: 600_000, lostWrites: 0, lostWritesReason: null },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  controls: {
    selfHealing: null,
    recoveryOnly: {
      kind: "not-applicable",
      because: "the page begins with stopping every node: it is for a cluster that is down",
    },
  },
  settings: {
    // All are down: nobody waits for an election.
    unavailableForMs: 3000,
    // A write that another one locks out now and then must not leave less than a whole hold before the fault.
    warmUpMs: 9000,
  },
};
