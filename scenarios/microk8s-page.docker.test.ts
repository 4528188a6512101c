/** The commands of MicroK8s's page on containers, as they stand there, with its own absolute paths. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { programsOrSkip } from "../fixtures/live/programs.ts";
import { run } from "../fixtures/substrate/contract/under-test.ts";
import { scratchRun } from "../fixtures/substrate/scratch-run.ts";
import { messageOf } from "../harness/core/index.ts";
import { SUBSTRATES } from "../harness/substrate/index.ts";
import { dqlite, type ClusterNode } from "../harness/system/index.ts";
import { MICROK8S_COMMANDS } from "./microk8s-page.ts";

const footing = await SUBSTRATES.docker.find().catch((error: unknown) => messageOf(error));

/** Of the page: its words. `EXCLUDED` is what they leave out. */
const BACKEND = "/var/snap/microk8s/current/var/kubernetes/backend";
const STOP = "snap stop microk8s";
const ARCHIVE = `tar -c -v -z --exclude=*.yaml --exclude=metadata* -f dqlite-data.tar.gz ${BACKEND}`;
const UNPACK = "tar zxfv";
const EXCLUDED = /\.yaml$|^metadata/;

/** The same in the words of our pages, which must be right where a machine has no paths of its own, too. */
const ARCHIVE_HERE =
  'tar -c -z --exclude=*.yaml --exclude=metadata* -f here.tar.gz -C "$ROOT" "$BACKEND_FROM_ROOT"; tar -t -f here.tar.gz';

/** The files that an archive of the store has, each with its hash, as this computer sees them. */
async function storeOf({ dataDir, machine }: ClusterNode): Promise<Readonly<Record<string, string>>> {
  const folder = join(machine.homeDir, dataDir);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !EXCLUDED.test(entry.name)).map(({ name }) => name);
  const hashOf = async (name: string): Promise<string> =>
    createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex");
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await hashOf(name)] as const)));
}

describe.skipIf(typeof footing === "string")(
  `MicroK8s's page on containers${typeof footing === "string" ? ` (${footing})` : ""}`,
  () => {
    test("archives the store at its own path, and unpacks it there on another machine, also on a new one", async (context) => {
      if (typeof footing === "string") throw new Error(footing);
      const system = dqlite({ members: 1, spares: 1, nodeCommands: MICROK8S_COMMANDS });
      const programs = await programsOrSkip(context, ...system.programs);
      const { image } = await footing.prepare({ progress: () => {}, signal: context.signal, ownEngines: false });
      await using scratch = scratchRun();
      const { recorder, run: scratchOf } = scratch;
      const ground = { engine: footing.engine, image, run: scratchOf, recorder };
      await using substrate = await SUBSTRATES.docker.open(ground);
      await using cluster = await system.provision({ substrate, run: scratchOf, recorder, programs });
      const [good, other] = cluster.nodes;
      if (good === undefined || other === undefined) throw new Error("there are two");
      await using client = cluster.openClient(good.name, { timeoutMs: 5000 });
      await vi.waitFor(
        async () => expect(await client.put("key", "value")).toMatchObject({ outcome: "acknowledged" }),
        {
          timeout: 60_000,
        },
      );

      await using onGood = await good.machine.openSession({});
      expect((await run(onGood, 'echo "$BACKEND $ROOT"; cd "$BACKEND"; pwd -P; cd')).output).toBe(
        `${BACKEND} /\n${BACKEND}\n`,
      );
      expect(await run(onGood, `${STOP}; while nodectl status dqlite; do sleep 0.2; done`)).toMatchObject({
        exitCode: 0,
      });
      const store = await storeOf(good);
      expect(Object.keys(store)).not.toEqual([]);
      const { output } = await run(onGood, ARCHIVE);
      const packed = output.split("\n").filter((line) => line.startsWith(`${BACKEND}/`) && !line.endsWith("/"));
      expect(packed.map((line) => line.slice(BACKEND.length + 1)).sort()).toEqual(Object.keys(store).sort());
      const listed = await run(onGood, "tar -t -f dqlite-data.tar.gz");
      expect((await run(onGood, ARCHIVE_HERE)).output).toBe(listed.output);

      await other.machine.deleteMachine("fault");
      await other.machine.installMachine();
      await using onOther = await other.machine.openSession({});
      const unpack = `scp ${good.name}:dqlite-data.tar.gz .; cd /; ${UNPACK} ~/dqlite-data.tar.gz`;
      expect(await run(onOther, unpack)).toMatchObject({ exitCode: 0 });
      expect(await storeOf(other)).toEqual(store);
    });
  },
);
