import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DrillError, seededRandom, type RunContext } from "../core/index.ts";
import { manualClock, type ManualClock } from "../core/manual-clock.ts";
import type { LedgerEntry, StepEntry } from "../ledger/index.ts";
import type { BlockOptions, BlockResult, Machine, Node, ShellSession } from "../substrate/index.ts";
import type { RoleBinding } from "../system/index.ts";
import { followRunbook, type FollowOptions, type Subject } from "./follow.ts";
import { parseRunbook } from "./parse.ts";

/** What happens when the fake shells are given a block; `log` tells what was done to them, in order. */
type Script = (block: string, options: BlockOptions) => BlockResult | Promise<BlockResult>;

const RAN: BlockResult = { status: "ran", exitCode: 0 };

let evidenceDir: string;
let log: string[];
let entries: LedgerEntry[];
let clock: ManualClock;
let interrupt: AbortController;

beforeEach(async () => {
  evidenceDir = await mkdtemp(join(tmpdir(), "drillbook-follow-"));
  log = [];
  entries = [];
  clock = manualClock();
  interrupt = new AbortController();
});
afterEach(async () => rm(evidenceDir, { recursive: true }));

function fakeMachine(name: string, script: Script): Machine {
  return {
    name,
    homeDir: `/nodes/${name}`,
    environment: {},
    openSession: async (environment): Promise<ShellSession> => {
      log.push(`open ${name} ${JSON.stringify(environment)}`);
      return {
        run: async (block, blockOptions) => {
          log.push(`${name}: ${block} (${blockOptions.timeoutMs} ms)`);
          return script(block, blockOptions);
        },
        [Symbol.asyncDispose]: async () => void log.push(`close ${name}`),
      };
    },
  };
}

/** A machine of the cluster on which anything but a shell is a mistake of the follower (law 2). */
function fakeNode(name: string, script: Script): Node {
  const untouchable = (): never => {
    throw new Error(`the follower must not touch ${name}`);
  };
  return {
    ...fakeMachine(name, script),
    address: "127.0.50.1",
    network: null,
    engine: () => null,
    ownDisk: () => null,
    rootDir: "/",
    port: untouchable,
    readFile: untouchable,
    writeFile: untouchable,
    exists: untouchable,
    remove: untouchable,
    setAside: untouchable,
    deleteMachine: untouchable,
    installMachine: untouchable,
    bringBack: untouchable,
    start: untouchable,
    signal: untouchable,
    isRunning: untouchable,
    readLog: untouchable,
    exited: untouchable,
  };
}

const BINDINGS: readonly RoleBinding[] = [
  { role: "survivor", node: "n2", because: "it answers" },
  { role: "replacement-1", node: "n1", because: "it does not answer" },
  { role: "freshest", node: "n2", because: "it has the highest revision" },
  { role: "nobody", node: null, because: "two fit" },
];

function options(fences: readonly string[], script: Script, changes: Partial<FollowOptions> = {}): FollowOptions {
  const text = fences.map((fence, index) => `\`\`\`sh ${fence}\ncommand ${index + 1}\n\`\`\`\n`).join("\n");
  const run: RunContext = {
    runId: "run",
    clock,
    random: seededRandom(1),
    signal: interrupt.signal,
    workDir: evidenceDir,
    evidenceDir,
  };
  const node = (name: string): FollowOptions["cluster"]["nodes"][number] => ({
    name,
    clientUrl: `https://${name}:2379`,
    peerUrl: `https://${name}:2380`,
    startsAs: "member" as const,
    dataDir: "var/lib/etcd",
    process: "etcd",
    ownArgument: "--data-dir=there",
    machine: fakeNode(name, script),
  });
  return {
    runbook: parseRunbook(text, "page.md"),
    part: "recovery",
    reading: null,
    bindings: BINDINGS,
    cluster: {
      nodes: ["n1", "n2", "n3"].map(node),
      workstation: fakeMachine("the operator's own machine", script),
      roleEnvironment: (bindings) => Object.fromEntries(bindings.map(({ role, node: name }) => [role, name ?? ""])),
    },
    recorder: { record: (entry) => void entries.push(entry), flush: () => undefined },
    run,
    ...changes,
  };
}

function steps(): readonly StepEntry[] {
  return entries.filter((entry) => entry.kind === "step");
}

const ROLE_ENVIRONMENT = '{"survivor":"n2","replacement-1":"n1","freshest":"n2","nobody":""}';

test("steps run in order, each on the machine of its role, in one shell for each machine", async () => {
  await followRunbook(
    options(
      [
        "step=a on=survivor timeout=5s",
        "step=b on=replacement-1",
        "step=c on=freshest effect=none",
        "step=d on=workstation",
      ],
      () => RAN,
    ),
  );
  expect(log).toEqual([
    `open n2 ${ROLE_ENVIRONMENT}`,
    "n2: command 1 (5000 ms)",
    `open n1 ${ROLE_ENVIRONMENT}`,
    "n1: command 2 (60000 ms)",
    "n2: command 3 (60000 ms)",
    `open the operator's own machine ${ROLE_ENVIRONMENT}`,
    "the operator's own machine: command 4 (60000 ms)",
    "close the operator's own machine",
    "close n1",
    "close n2",
  ]);
  expect(entries.map((entry) => entry.kind)).toEqual(["runbook", "step", "step", "step", "step", "runbook"]);
  expect(entries[0]).toEqual({
    kind: "runbook",
    part: "recovery",
    atMs: 0,
    event: "started",
    blocks: 4,
    preparationSteps: 0,
    steps: 4,
    proseBlocks: 0,
  });
  expect(entries.at(-1)).toMatchObject({
    kind: "runbook",
    part: "recovery",
    event: "ended",
    blocks: 4,
    preparationSteps: 0,
    steps: 4,
    proseBlocks: 0,
  });
  expect(steps().map(({ id, role, node, acts }) => [id, role, node, acts])).toEqual([
    ["a", "survivor", "n2", true],
    ["b", "replacement-1", "n1", true],
    ["c", "freshest", "n2", false],
    ["d", "workstation", "workstation", true],
  ]);
});

test("a step's entry holds its line, its times, and its output", async () => {
  await followRunbook(
    options(["step=look on=survivor"], async (_block, { output }) => {
      await clock.advance(5);
      output(Buffer.from("one\n"));
      output(Buffer.from("two\n"));
      await clock.advance(7);
      return RAN;
    }),
  );
  expect(steps()).toEqual([
    {
      kind: "step",
      part: "recovery",
      atMs: 12,
      id: "look",
      line: 1,
      role: "survivor",
      node: "n2",
      acts: true,
      onlyIf: null,
      status: "ran",
      exitCode: 0,
      startMs: 0,
      endMs: 12,
      outputTail: "one\ntwo\n",
      outputBytes: 8,
      redactions: 0,
      outputFile: expect.stringMatching(/^drillbook-follow-\w+\/steps\/01-look\.txt$/),
    },
  ]);
  await expect(readFile(join(evidenceDir, "steps/01-look.txt"), "utf8")).resolves.toBe("one\ntwo\n");
});

describe("a page that leaves a choice open is followed in one reading", () => {
  const page = ["step=a on=survivor", "step=b on=survivor if=order:up", "step=c on=nobody if=order:down|sideways"];

  test("steps of the other are recorded as not chosen, and stop nothing", async () => {
    const both = [...page, "step=d on=survivor"];
    expect(await followRunbook(options(both, () => RAN, { reading: { order: "up" } }))).toBe(true);
    expect(steps()).toMatchObject([
      { id: "a", status: "ran", onlyIf: null },
      { id: "b", status: "ran", onlyIf: { choice: "order", values: ["up"] } },
      {
        id: "c",
        status: "not-chosen",
        onlyIf: { choice: "order", values: ["down", "sideways"] },
        node: null,
        startMs: null,
      },
      { id: "d", status: "ran" },
    ]);
    expect(log.filter((line) => line.includes("command"))).toHaveLength(3);
  });

  test("after a step that failed they are still what they are", async () => {
    const failing = (block: string): BlockResult => (block === "command 1" ? { status: "ran", exitCode: 1 } : RAN);
    await followRunbook(options(page, failing, { reading: { order: "up" } }));
    expect(steps().map(({ status }) => status)).toEqual(["ran", "skipped", "not-chosen"]);
  });

  test("without a reading none of them runs", async () => {
    await followRunbook(options(page, () => RAN));
    expect(steps().map(({ status }) => status)).toEqual(["ran", "not-chosen", "not-chosen"]);
  });
});

describe("the first step that fails is the last that runs", () => {
  const SKIPPED = {
    node: null,
    status: "skipped",
    exitCode: null,
    startMs: null,
    endMs: null,
    outputTail: "",
    outputBytes: 0,
    redactions: 0,
    outputFile: null,
  };

  test.each<BlockResult>([
    { status: "ran", exitCode: 1 },
    { status: "ran", exitCode: null },
    { status: "timed-out", exitCode: null },
    { status: "session-ended", exitCode: null },
  ])("%j", async (failure) => {
    const three = ["step=a on=survivor", "step=b on=survivor", "step=c on=replacement-1"];
    await followRunbook(options(three, (block) => (block === "command 2" ? failure : RAN)));
    expect(steps()).toMatchObject([
      { id: "a", status: "ran", exitCode: 0 },
      { id: "b", node: "n2", ...failure },
      { id: "c", ...SKIPPED },
    ]);
    expect(log.filter((line) => line.includes("command"))).toHaveLength(2);
    expect(entries.at(-1)).toMatchObject({ kind: "runbook", part: "recovery", event: "ended" });
    expect(log.at(-1)).toBe("close n2");
  });

  test.each(["nobody", "unheard-of"])("a step whose role is bound to no node is skipped itself: %s", async (role) => {
    await followRunbook(options(["step=a on=survivor", `step=b on=${role}`, "step=c on=survivor"], () => RAN));
    expect(steps()).toMatchObject([
      { id: "a", status: "ran" },
      { id: "b", role, ...SKIPPED },
      { id: "c", ...SKIPPED },
    ]);
  });

  test("a role that two bindings give to two nodes is not bound", async () => {
    const bindings = [...BINDINGS, { role: "survivor", node: "n3", because: "it answers too" }];
    await followRunbook(options(["step=a on=survivor"], () => RAN, { bindings }));
    expect(steps()).toMatchObject([{ id: "a", ...SKIPPED }]);
    expect(log).toEqual([]);
  });
});

test("a page without a step is followed from its start to its end, and says so", async () => {
  await followRunbook(options([], () => RAN, { runbook: parseRunbook("```sh\nfor reading\n```\n", "page.md") }));
  expect(entries).toMatchObject([
    { event: "started", blocks: 1, steps: 0, proseBlocks: 1 },
    { event: "ended", blocks: 1, steps: 0, proseBlocks: 1 },
  ]);
});

test("a page with problems is refused before anything is done or recorded", async () => {
  const following = followRunbook(options(["step=a on=survivor", "stpe=b on=survivor"], () => RAN));
  await expect(following).rejects.toThrow(DrillError);
  await expect(following).rejects.toThrow(/page\.md:5: unknown attribute "stpe"/);
  expect([log, entries]).toEqual([[], []]);
});

describe("when the run is interrupted", () => {
  const reason = new Error("told to end");
  const two = ["step=a on=survivor", "step=b on=survivor"];

  test("the step that was cut short is not accused, and the page has not ended", async () => {
    const following = followRunbook(
      options(two, (_block, { signal }) => {
        interrupt.abort(reason);
        expect(signal.aborted).toBe(true);
        return { status: "timed-out", exitCode: null };
      }),
    );
    await expect(following).rejects.toBe(reason);
    expect(entries.map((entry) => entry.kind)).toEqual(["runbook"]);
    expect(log.at(-1)).toBe("close n2");
  });

  test("a step that was done by then is recorded, and the next one does not begin", async () => {
    const following = followRunbook(
      options(two, () => {
        interrupt.abort(reason);
        return RAN;
      }),
    );
    await expect(following).rejects.toBe(reason);
    expect(steps().map((step) => step.id)).toEqual(["a"]);
    expect(log.filter((line) => line.includes("command"))).toHaveLength(1);
  });
});

test("output that cannot be kept is trouble of the harness; the page goes on", async () => {
  await writeFile(join(evidenceDir, "steps"), "a file where the folder must be");
  await followRunbook(
    options(["step=a on=survivor", "step=b on=survivor"], (_block, { output }) => {
      output(Buffer.from("text"));
      return RAN;
    }),
  );
  expect(entries.map((entry) => entry.kind)).toEqual(["runbook", "trouble", "step", "trouble", "step", "runbook"]);
  expect(entries[1]).toMatchObject({ kind: "trouble", outcome: "broken", phase: "runbook" });
  expect(steps()[0]).toMatchObject({ status: "ran", outputTail: "text", outputBytes: 4, outputFile: null });
});

test("one part of the page is followed at a time, and the accounts of both are of the whole page", async () => {
  const both = ["step=save on=workstation when=before", "step=restore on=survivor", "step=look on=survivor"];
  expect(await followRunbook(options(both, () => RAN, { part: "preparation" }))).toBe(true);
  expect(await followRunbook(options(both, () => RAN, { part: "recovery" }))).toBe(true);
  expect(steps().map(({ id, part, outputFile }) => [id, part, outputFile?.replace(/.*\//, "")])).toEqual([
    ["save", "preparation", "01-save.txt"],
    ["restore", "recovery", "02-restore.txt"],
    ["look", "recovery", "03-look.txt"],
  ]);
  const accounts = entries.filter((entry) => entry.kind === "runbook");
  expect(accounts.map(({ part, event }) => [part, event])).toEqual([
    ["preparation", "started"],
    ["preparation", "ended"],
    ["recovery", "started"],
    ["recovery", "ended"],
  ]);
  for (const one of accounts) expect(one).toMatchObject({ blocks: 3, preparationSteps: 1, steps: 2, proseBlocks: 0 });
});

test("it says whether every step ran to a good end", async () => {
  expect(await followRunbook(options(["step=a on=survivor"], () => ({ status: "ran", exitCode: 1 })))).toBe(false);
  expect(await followRunbook(options(["step=a on=nobody"], () => RAN))).toBe(false);
});

describe("a page that names the cluster that it is about", () => {
  const fences = ["step=find on=workstation names=cluster", "step=look on=workstation", "step=stop on=survivor"];
  const saying =
    (text: string): Script =>
    (_block, { output }) => {
      output(Buffer.from(text));
      return RAN;
    };

  test("goes on with that cluster's roles, in new shells", async () => {
    const { cluster } = options([], () => RAN);
    const pointAt = async (name: string): Promise<Subject | null> => {
      log.push(`point at ${name}`);
      return Promise.resolve({ cluster, bindings: [{ role: "survivor", node: "n3", because: "it answers there" }] });
    };
    expect(await followRunbook(options(fences, saying("all looked at\nevents\n"), { bindings: [], pointAt }))).toBe(
      true,
    );
    expect(log).toEqual([
      "open the operator's own machine {}",
      "the operator's own machine: command 1 (60000 ms)",
      "point at events",
      "close the operator's own machine",
      'open the operator\'s own machine {"survivor":"n3"}',
      "the operator's own machine: command 2 (60000 ms)",
      'open n3 {"survivor":"n3"}',
      "n3: command 3 (60000 ms)",
      "close n3",
      "close the operator's own machine",
    ]);
  });

  test.each([
    ["there is none of that name", async () => Promise.resolve(null)],
    ["there is one cluster only", undefined],
  ])("nothing that follows runs when %s", async (_why, pointAt) => {
    const given = pointAt === undefined ? {} : { pointAt };
    expect(await followRunbook(options(fences, saying("elsewhere\n"), given))).toBe(false);
    expect(steps().map(({ status }) => status)).toEqual(["ran", "skipped", "skipped"]);
  });

  test("it is not asked when the step failed", async () => {
    const pointAt = async (): Promise<never> => Promise.reject(new Error("nobody may ask"));
    expect(await followRunbook(options(fences, () => ({ status: "ran", exitCode: 1 }), { pointAt }))).toBe(false);
  });
});
