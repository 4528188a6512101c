/**
 * `npm run bench`: what judging, recording and driving a drill cost, each figure beside its aim. Where two things are
 * compared, they are timed in turn in one run. No test asserts a time; this is where times are measured.
 *
 * - judge: reading and judging a ledger of a million operations, and how that grows
 * - append: entries a second into the ledger while the workload runs, and what recording takes from the workload
 * - k6: the recording workload's client against k6, on one etcd
 * - recovery: the page's steps driven by a bare bash script, with no probes and no workload but as much data, against
 *   the drill; provisioning and start beside it
 * - docker-start: three etcd members on the docker substrate against three plain `docker run`
 *
 * `--write` puts the figures into docs/track-record.md, each part between markers of its own.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { benchDockerStart } from "./bench/docker-start.ts";
import { tableOf, type Figure } from "./bench/figures.ts";
import { benchJudging } from "./bench/judging.ts";
import { benchAppend, benchK6 } from "./bench/puts.ts";
import { benchRecovery } from "./bench/recovering.ts";
import { writeTrackRecord } from "./record/track-record.ts";
import { scriptOptions } from "./script-options.ts";

const PARTS: Readonly<Record<string, (folder: string, rounds: number) => Promise<readonly Figure[]>>> = {
  judge: benchJudging,
  append: benchAppend,
  k6: benchK6,
  recovery: benchRecovery,
  "docker-start": benchDockerStart,
};
/** Medians of fewer are not published. */
const FEWEST_ROUNDS = 5;

const USAGE = `Usage: npm run bench -- [--only ${Object.keys(PARTS).join(",")}] [--rounds 10] [--write]`;
const options = scriptOptions(USAGE, { rounds: "10", only: Object.keys(PARTS).join(",") }, ["write"]);
const rounds = Math.max(1, Math.floor(Number(options.rounds)));
const write = options.write;
if (!Number.isFinite(rounds)) throw new Error("--rounds needs a number");
if (write && rounds < FEWEST_ROUNDS) throw new Error(`medians of fewer than ${FEWEST_ROUNDS} rounds are not published`);

for (const name of options.only.split(",")) {
  const part = PARTS[name];
  if (part === undefined) throw new Error(`there is no part "${name}"; there are ${Object.keys(PARTS).join(", ")}`);
  const folder = await mkdtemp(join(tmpdir(), "drillbook-bench-"));
  try {
    const ground = `Medians of ${rounds} rounds (lowest to highest), Node ${process.versions.node}, ${cpus().length} processors.`;
    const text = `${ground}\n\n${tableOf(await part(folder, rounds))}`;
    console.log(`\n${text}\n`);
    if (write) await writeTrackRecord(`bench-${name}`, text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
