import { expect, it } from "vitest";
import { changed, entriesOf, healthyLedger, without } from "../../../fixtures/ledgers/build.ts";
import type { Ledger, ProcessEntry } from "../../ledger/index.ts";
import { judge } from "../index.ts";

const healthy = healthyLedger();
const fromMs = entriesOf(healthy, "phase").find((entry) => entry.phase === "rolling-restart")?.atMs ?? NaN;
const inRestart = (entry: ProcessEntry): boolean => entry.node === "n2" && entry.atMs >= fromMs;

const outcomeOf = (ledger: Ledger): string | undefined =>
  judge(ledger).findings.find(({ checkId }) => checkId === "survives-rolling-restart")?.outcome;

it("passes when every member's process was signalled, ended and was started anew", () => {
  expect(outcomeOf(healthy)).toBe("passed");
});

it.each<readonly [string, Ledger]>([
  [
    "nobody told the member to stop",
    without(healthy, "process", (entry) => inRestart(entry) && entry.event === "signalled"),
  ],
  [
    "the member's process never ended",
    without(healthy, "process", (entry) => inRestart(entry) && entry.event === "exited"),
  ],
  [
    "another process ended than the one that was told to",
    changed(healthy, "process", (entry) =>
      inRestart(entry) && entry.event === "exited" ? { ...entry, pid: entry.pid + 1000 } : entry,
    ),
  ],
  [
    "no process was started in its place",
    without(healthy, "process", (entry) => inRestart(entry) && entry.event === "started"),
  ],
  [
    "the new process ended at once, because the old one still had the port",
    {
      ...healthy,
      entries: healthy.entries.flatMap((entry) =>
        entry.kind === "process" && inRestart(entry) && entry.event === "started"
          ? [
              entry,
              {
                ...entry,
                event: "exited" as const,
                actor: null,
                command: null,
                variables: null,
                exitCode: 1,
                atMs: entry.atMs + 1,
              },
            ]
          : [entry],
      ),
    },
  ],
])("does not pass when %s", (_what, ledger) => {
  expect(outcomeOf(ledger)).toBe("inconclusive");
});
