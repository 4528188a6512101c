/** The two benches that need a real store: what recording costs the workload, and the workload against k6. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, ratios, spread, type Figure } from "./figures.ts";
import { findK6 } from "./k6.ts";
import type { PutOrder, PutReport } from "./put-worker.ts";
import { startSingleMember, type SingleMember } from "./single-member.ts";
import { timedCommand } from "./timed-command.ts";

/** As many as keep one etcd on a small machine busy. */
const CONNECTIONS = 16;
const WORKER = fileURLToPath(new URL("put-worker.ts", import.meta.url));
const K6_SCRIPT = fileURLToPath(new URL("../../fixtures/k6/puts.js", import.meta.url));

/** Puts a second, and processor time of the one who sends, for each put. */
interface Driven {
  readonly perSecond: number;
  readonly cpuMsPerPut: number;
}

/** How many entries a second can be appended while the workload runs, and what recording takes away from it. */
export async function benchAppend(folder: string, rounds: number): Promise<readonly Figure[]> {
  await using member = await startSingleMember(join(folder, "append"));
  const rates: number[] = [];
  const shares: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const { report: burst } = await driveOurs(member, { durationMs: 2000, slices: 1, burstEntries: 200_000 });
    rates.push(burst.burst.entries / (burst.burst.ms / 1000));
    const { report } = await driveOurs(member, { durationMs: 5000, slices: 20, burstEntries: 0 });
    const [recorded, bare] = [0, 1].map((rest) =>
      // The first two slices are the warming up.
      report.acknowledged.filter((_, slice) => slice > 1 && slice % 2 === rest),
    );
    shares.push(1 - sum(recorded) / sum(bare));
    console.log(
      `append ${round}: ${rates.at(-1)?.toFixed(0)} entries/s, ${((shares.at(-1) ?? NaN) * 100).toFixed(1)} %`,
    );
  }
  return [
    {
      what: "appending to the ledger while the workload runs",
      measured: spread(rates, "entries/s"),
      aim: "100,000 entries/s",
      met: median(rates) >= 100_000,
    },
    {
      what: "what recording takes away from the workload's puts, slice by slice in one run",
      measured: spread(
        shares.map((share) => share * 100),
        "%",
        1,
      ),
      aim: "at most 5 %",
      met: median(shares) <= 0.05,
    },
  ];
}

/** The recording workload's client against k6, in turn, on one etcd. */
export async function benchK6(folder: string, rounds: number): Promise<readonly Figure[]> {
  const k6 = await findK6();
  await using member = await startSingleMember(join(folder, "k6"));
  const ours: Driven[] = [];
  const theirs: Driven[] = [];
  for (let round = 1; round <= rounds; round++) {
    const { report, cpuMs } = await driveOurs(member, { durationMs: 5000, slices: 1, burstEntries: 0 });
    ours.push(driven(sum(report.acknowledged), report.others, report.lastedMs, cpuMs));
    theirs.push(await driveK6(k6.path, member, join(folder, "k6-summary.json")));
    console.log(`k6 ${round}: ours ${JSON.stringify(ours.at(-1))} k6 ${JSON.stringify(theirs.at(-1))}`);
  }
  const rate = ratios(ours.map(perSecond), theirs.map(perSecond));
  const cpu = ratios(ours.map(cpuMsPerPut), theirs.map(cpuMsPerPut));
  const each = `${CONNECTIONS} connections`;
  return [
    {
      what: `puts a second, recorded, against k6 ${k6.version} (${each})`,
      measured: `${median(ours.map(perSecond)).toFixed(0)} / ${median(theirs.map(perSecond)).toFixed(0)} = ${spread(rate, "", 2)}`,
      aim: "at least 1",
      met: median(rate) >= 1,
    },
    {
      what: "processor time for each put, against k6",
      measured: `${median(ours.map(cpuMsPerPut)).toFixed(3)} ms / ${median(theirs.map(cpuMsPerPut)).toFixed(3)} ms = ${spread(cpu, "", 2)}`,
      aim: "at most 1",
      met: median(cpu) <= 1,
    },
  ];
}

const perSecond = (one: Driven): number => one.perSecond;
const cpuMsPerPut = (one: Driven): number => one.cpuMsPerPut;

async function driveOurs(
  { clientUrl, authorityFile, certificateFile, keyFile }: SingleMember,
  how: Pick<PutOrder, "durationMs" | "slices" | "burstEntries">,
): Promise<{ readonly report: PutReport; readonly cpuMs: number }> {
  const order: PutOrder = { clientUrl, authorityFile, certificateFile, keyFile, connections: CONNECTIONS, ...how };
  const { stdout, cpuMs } = await timedCommand(process.execPath, [WORKER, JSON.stringify(order)]);
  return { report: JSON.parse(stdout) as PutReport, cpuMs };
}

async function driveK6(path: string, member: SingleMember, summary: string): Promise<Driven> {
  const { cpuMs } = await timedCommand(path, ["run", "--quiet", "--no-usage-report", K6_SCRIPT], {
    URL: member.clientUrl,
    CERTIFICATE: member.certificateFile,
    KEY: member.keyFile,
    CONNECTIONS: String(CONNECTIONS),
    DURATION: "5s",
    SUMMARY: summary,
    SSL_CERT_FILE: member.authorityFile,
    // With HTTP/2 k6 is slower here.
    GODEBUG: "http2client=0",
  });
  const said = JSON.parse(await readFile(summary, "utf8")) as Readonly<Record<string, number>>;
  return driven(said["acknowledged"] ?? NaN, said["others"] ?? NaN, said["lastedMs"] ?? NaN, cpuMs);
}

function driven(acknowledged: number, others: number, lastedMs: number, cpuMs: number): Driven {
  if (others !== 0) throw new Error(`${others} puts were not acknowledged; what they took proves nothing`);
  return { perSecond: acknowledged / (lastedMs / 1000), cpuMsPerPut: cpuMs / acknowledged };
}

function sum(values: readonly number[] | undefined): number {
  return (values ?? []).reduce((total, value) => total + value, 0);
}
