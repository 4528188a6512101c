import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import type { LedgerEntry, Recorder, WitnessEntry } from "../ledger/index.ts";
import type { EngineAddress, Node } from "../substrate/index.ts";
import { fakeCluster, healthyView } from "../system/fake-cluster.ts";
import type { ArmOptions } from "./fault.ts";
import { imageStoreWitness } from "./image-store-witness.ts";
import { loseImageStore } from "./lose-image-store.ts";

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "drillbook-images-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const NODES = ["n1", "n2", "n3"];

/** What an engine's client says, and writes down what it is told. */
function clientThatLists(containers: readonly string[], images: readonly string[]): EngineAddress {
  const client = join(dir, "docker");
  writeFileSync(
    client,
    `#!/bin/bash
echo "docker $*" >>'${dir}/log'
case "$1 $2" in
  "ps --all") printf '%s\\n' ${containers.join(" ")} ;;
  "image ls") printf '%s\\n' ${images.join(" ")} ;;
esac`,
  );
  chmodSync(client, 0o755);
  return { client, host: `unix://${dir}/socket` };
}

interface Setting {
  readonly entries: readonly LedgerEntry[];
  readonly options: ArmOptions;
}

/** Machines that write into one file what is done to them; n1 leads. */
function setting(engine: EngineAddress | null): Setting {
  const entries: LedgerEntry[] = [];
  const log = (line: string): void => writeFileSync(join(dir, "log"), `${line}\n`, { flag: "a" });
  const recorder: Recorder = {
    record: (entry) => {
      entries.push(entry);
      if (entry.kind === "fault") log(entry.event);
    },
    flush: () => log("flush"),
  };
  const machine: Partial<Node> = {
    engine: () => engine,
    signal: async (process, signal, actor) => log(`${signal} ${process} ${actor}`),
    exited: async () => log("exited"),
  };
  const run: RunContext = {
    runId: "r",
    clock: systemClock(),
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: "",
    evidenceDir: "",
  };
  const views = NODES.map((node) => healthyView(node));
  const view = async (node: string): Promise<ReturnType<typeof healthyView>> => Promise.resolve(healthyView(node));
  return { entries, options: { cluster: fakeCluster({ nodes: NODES, machine, view }), run, recorder, views } };
}

const fault = loseImageStore({ target: "a-follower" });

describe("an image store that is deleted", () => {
  test("the member is killed first, then all containers go, and then all images, each once", async () => {
    const { options } = setting(clientThatLists(["c1", "c2"], ["i1", "i2", "i1"]));
    await using armed = await fault.arm(options);
    expect(armed.targets).toHaveLength(1);
    expect(["n2", "n3"]).toContain(armed.targets[0]);
    await armed.inject();
    expect(readFileSync(join(dir, "log"), "utf8").trim().split("\n")).toEqual([
      "armed",
      "injecting",
      "flush",
      "SIGKILL etcd fault",
      "exited",
      "docker ps --all --quiet",
      "docker rm --force --volumes c1 c2",
      "docker image ls --quiet",
      "docker image rm --force i1 i2",
      "injected",
    ]);
  });

  test("what is gone already is not removed once more, which the engine would refuse", async () => {
    const { options } = setting(clientThatLists([], []));
    await using armed = await fault.arm(options);
    await armed.inject();
    expect(readFileSync(join(dir, "log"), "utf8")).not.toContain("rm --force");
  });

  test("a machine without an engine has none to delete", async () => {
    await expect(fault.arm(setting(null).options)).rejects.toThrow("has no engine");
  });
});

/** What an engine answers at its socket. */
type Answers = Readonly<Record<"/containers/json?all=true" | "/images/json?all=true", string>>;

describe("its witness", () => {
  const seenOf = async (engine: EngineAddress | null): Promise<readonly (boolean | null | undefined)[]> => {
    const { entries, options } = setting(engine);
    const [target] = options.cluster.nodes;
    if (target === undefined) throw new Error("no target");
    await imageStoreWitness({ ...options, target }).observe("after");
    const signs = ["engine-of-the-target-lists-no-container", "engine-of-the-target-lists-no-image"];
    const witnessed = entries.filter((one): one is WitnessEntry => one.kind === "witness");
    expect(witnessed.map(({ sign }) => sign).toSorted()).toEqual(fault.signs.toSorted());
    return signs.map((sign) => witnessed.find((one) => one.sign === sign)?.seen);
  };
  const asked = async (answers: Partial<Answers>): Promise<readonly (boolean | null | undefined)[]> => {
    const server = createServer(({ url = "" }, response) => {
      const answer = answers[url as keyof Answers];
      response.writeHead(answer === undefined ? 500 : 200).end(answer ?? "out of order");
    });
    await new Promise<void>((resolve) => void server.listen(join(dir, "socket"), resolve));
    try {
      return await seenOf({ client: "false", host: `unix://${dir}/socket` });
    } finally {
      server.close();
    }
  };
  const [containers, images] = ["/containers/json?all=true", "/images/json?all=true"] as const;

  test.each<[string, Partial<Answers>, readonly (boolean | null)[]]>([
    ["neither is there", { [containers]: "[]", [images]: "[]" }, [true, true]],
    ["a container is left", { [containers]: `[{"Id": "c1"}]`, [images]: "[]" }, [false, true]],
    ["an image is left", { [containers]: "[]", [images]: `[{"Id": "i1"}]` }, [true, false]],
    ["an engine that cannot say is not known to have none", { [containers]: "[]" }, [true, null]],
    ["an answer that is no list says nothing", { [containers]: `{"message": "no"}`, [images]: "[" }, [null, null]],
  ])("%s", async (_what, answers, seen) => expect(await asked(answers)).toEqual(seen));

  test("an engine that does not answer, or is not there, is not known to have none", async () => {
    expect(await seenOf({ client: "true", host: `unix://${dir}/nobody` })).toEqual([null, null]);
    expect(await seenOf(null)).toEqual([null, null]);
  });
});
