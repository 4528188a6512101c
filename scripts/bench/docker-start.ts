/** What the docker substrate adds to starting three etcd members: the drill's own way against three plain `docker run`, in turn. */
import { createSecureContext } from "node:tls";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { scratchRun } from "../../fixtures/substrate/scratch-run.ts";
import { DrillError } from "../../harness/core/index.ts";
import { connectionTaken } from "../../harness/fault/connection-taken.ts";
import { tellEngine, type EngineAddress } from "../../harness/substrate/docker/engine.ts";
import { RUN_LABEL, removeFromEngine } from "../../harness/substrate/docker/labelled.ts";
import { makeRunNetwork } from "../../harness/substrate/docker/run-network.ts";
import { SUBSTRATES } from "../../harness/substrate/index.ts";
import { etcd, type StoreClient } from "../../harness/system/index.ts";
import { makeCertificates } from "../../harness/system/etcd/certificates.ts";
import { openChannel } from "../../harness/system/etcd/channel.ts";
import { etcdClient } from "../../harness/system/etcd/client.ts";
import { etcdCommand, LAYOUT, type MemberAddress } from "../../harness/system/etcd/layout.ts";
import { resolvePrograms } from "../../harness/tools/index.ts";
import { median, ratios, spread, type Figure } from "./figures.ts";

/** Two instants of one start: the second has an election in it, whose chance is 0.6 to 3 s, on either side. */
const WHATS = {
  listens: "starting three etcd members until each listens: on the docker substrate / by three plain `docker run`",
  writes: "the same, until each takes a write, with etcd's election in it",
} as const;
const AIM = 1.3;
const READY_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 10;
const TIMEOUT_MS = 1000;

/** Where both start their members, and with what. */
interface Ground {
  readonly engine: EngineAddress;
  readonly image: NonNullable<
    Awaited<ReturnType<Awaited<ReturnType<typeof SUBSTRATES.docker.find>>["prepare"]>>["image"]
  >;
  /** Name to path. */
  readonly programs: Readonly<Record<string, string>>;
}

/**
 * Starts both in turn; each makes its network, its certificates, its containers and its members, all three at once. Skipped, in words, where no engine answers.
 */
export async function benchDockerStart(_folder: string, rounds: number): Promise<readonly Figure[]> {
  const ground = await groundHere();
  if (typeof ground === "string")
    return [{ what: WHATS.listens, measured: `skipped: ${ground}`, aim: `at most ${AIM}`, met: null }];
  const substrate: Start[] = [];
  const plain: Start[] = [];
  for (let round = 1; round <= rounds; round++) {
    plain.push(await plainStart(ground));
    substrate.push(await substrateStart(ground));
    console.log(`docker-start ${round}: plain ${inWords(plain.at(-1))}, substrate ${inWords(substrate.at(-1))}`);
  }
  return (["listens", "writes"] as const).map((instant) => {
    const [own, others] = [substrate, plain].map((starts) => starts.map((start) => start[instant]));
    const more = ratios(own ?? [], others ?? []);
    return {
      what: WHATS[instant],
      measured: `${median(own ?? []).toFixed(0)} ms / ${median(others ?? []).toFixed(0)} ms = ${spread(more, "", 2)}`,
      aim: `at most ${AIM}`,
      met: median(more) <= AIM,
    };
  });
}

/** How long it took until every member listened, and until each had taken a write, in ms. */
type Start = Readonly<Record<keyof typeof WHATS, number>>;

function inWords(start: Start | undefined): string {
  return `${start?.listens.toFixed(0)} ms until each listens, ${start?.writes.toFixed(0)} ms until each takes a write`;
}

/** What there is here, or why there are no containers. */
async function groundHere(): Promise<Ground | string> {
  const progress = (line: string): void => console.log(line);
  try {
    const { engine, prepare } = await SUBSTRATES.docker.find();
    const { image } = await prepare({ progress, signal: new AbortController().signal, ownEngines: false });
    if (engine === null || image === null) throw new Error("the docker substrate has no engine or no image");
    const programs = await resolvePrograms(["etcd", "etcdctl", "etcdutl"], { progress });
    return { engine, image, programs: Object.fromEntries(programs.map(({ name, path }) => [name, path])) };
  } catch (error) {
    if (error instanceof DrillError && error.code === "skipped") return error.message;
    throw error;
  }
}

/** The way of a drill. */
async function substrateStart({ engine, image, programs }: Ground): Promise<Start> {
  await using scratch = scratchRun();
  const { recorder, run } = scratch;
  const begunMs = performance.now();
  await using substrate = await SUBSTRATES.docker.open({ engine, image, run, recorder });
  await using cluster = await etcd({ members: 3 }).provision({ substrate, run, recorder, programs });
  await Promise.all(cluster.nodes.map(async ({ clientUrl }) => untilItListens(clientUrl)));
  const listens = performance.now() - begunMs;
  await Promise.all(
    cluster.nodes.map(async ({ name }) => untilItWrites(cluster.openClient(name, { timeoutMs: TIMEOUT_MS }))),
  );
  return { listens, writes: performance.now() - begunMs };
}

/** By the engine's command line, with the same image and the same command of etcd. */
async function plainStart({ engine, image, programs }: Ground): Promise<Start> {
  await using scratch = scratchRun();
  const { runId, workDir } = scratch.run;
  try {
    const begunMs = performance.now();
    const network = await makeRunNetwork(engine, runId);
    const nodes = [1, 2, 3].map((number) => ({ name: `n${number}`, address: network.address(number) }));
    const members = nodes.map(({ address, name }): MemberAddress => ({
      name,
      clientUrl: `https://${address}:2379`,
      peerUrl: `https://${address}:2380`,
    }));
    const certificates = await makeCertificates({ runId, nodes });
    const { authority, client } = certificates;
    for (const { name } of nodes) {
      const own = certificates.members[name];
      if (own === undefined) throw new Error(`no certificate was made for ${name}`);
      const files = {
        [LAYOUT.authority]: authority.certificate,
        [LAYOUT.memberCertificate]: own.certificate,
        [LAYOUT.memberKey]: own.key,
      };
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(workDir, name, path)), { recursive: true });
        await writeFile(join(workDir, name, path), content, { mode: 0o600 });
      }
    }
    const program = programs["etcd"] ?? "";
    await Promise.all(
      members.map(async (member, index) => {
        const homeDir = join(workDir, member.name);
        const [, ...args] = etcdCommand({ member, initialCluster: members, token: runId, homeDir });
        const place = ["--network", network.name, "--ip", nodes[index]?.address ?? "", "--hostname", member.name];
        const mounts = [`${homeDir}:${homeDir}`, `${program}:${program}:ro`].flatMap((mount) => ["--volume", mount]);
        const label = ["--label", `${RUN_LABEL}=${runId}`];
        await tellEngine(engine, [
          "run",
          "--detach",
          ...label,
          ...place,
          ...mounts,
          `${image.name}:${image.version}`,
          program,
          ...args,
        ]);
      }),
    );
    await Promise.all(members.map(async ({ clientUrl }) => untilItListens(clientUrl)));
    const listens = performance.now() - begunMs;
    const credentials = createSecureContext({ ca: authority.certificate, cert: client.certificate, key: client.key });
    await Promise.all(
      members.map(async ({ clientUrl }) =>
        untilItWrites(etcdClient(openChannel({ clientUrl, credentials }), TIMEOUT_MS)),
      ),
    );
    return { listens, writes: performance.now() - begunMs };
  } finally {
    await removeFromEngine(engine, runId);
  }
}

async function untilItListens(clientUrl: string): Promise<void> {
  const untilMs = performance.now() + READY_WITHIN_MS;
  while ((await connectionTaken(new URL(clientUrl))) !== true) {
    if (performance.now() > untilMs) throw new Error(`nobody listened at ${clientUrl} for ${READY_WITHIN_MS} ms`);
    await delay(ASK_EVERY_MS);
  }
}

async function untilItWrites(client: StoreClient): Promise<void> {
  await using store = client;
  const untilMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const { outcome, reason } = await store.put("bench/ready", "");
    if (outcome === "acknowledged") return;
    if (performance.now() > untilMs) throw new Error(`etcd took no write for ${READY_WITHIN_MS} ms: ${String(reason)}`);
    await delay(ASK_EVERY_MS);
  }
}
