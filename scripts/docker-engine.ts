/**
 * `npm run docker-engine -- start|stop|status|images`: a Docker engine of Drillbook's own, for a Debian with root on which none
 * answers, as in CI. Made of Debian's packages, which are unpacked in the cache and not installed; images are kept there from one
 * start to the next.
 *
 * `start` prints `DOCKER_HOST=...` on standard output when a private engine runs then, and nothing when another one answers.
 * `images` builds what is missing of fixtures/images/ in the engine that answers. What is done is told on standard error.
 *
 * Exit codes: 0 done (`status`: it runs); 3 it did not work out; 4 such a machine cannot have one (`status`: none runs);
 * 130 interrupted, and nothing is left.
 */
import { readdirSync } from "node:fs";
import { DrillError, messageOf } from "../harness/core/index.ts";
import { findEngine, requireEngine } from "../harness/tools/docker/engine.ts";
import { dockerImage } from "../harness/tools/docker/image.ts";
import { hindrance, PRIVATE_HOST } from "../harness/tools/docker/private-engine.ts";
import { thisMachine } from "../harness/tools/machine.ts";
import { start, status, stop } from "./docker-engine/private.ts";

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const interruption = new AbortController();
// Kept for good: execa ends a process whose only listener is its own, as it would be after a `once`.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort());

const COMMANDS: Readonly<Record<string, () => Promise<number>>> = {
  start: startOne,
  stop: stopIt,
  status: tell,
  images,
};
const command = COMMANDS[process.argv[2] ?? ""];
try {
  if (command === undefined) {
    say("usage: npm run docker-engine -- start|stop|status|images");
    process.exitCode = 2;
  } else process.exitCode = await command();
} catch (error) {
  say(`docker-engine: ${messageOf(error)}`);
  process.exitCode = interruption.signal.aborted ? 130 : 3;
}

async function startOne(): Promise<number> {
  const machine = thisMachine();
  const startedMs = performance.now();
  const found = await findEngine(machine);
  if ("version" in found) {
    say(`a Docker engine ${found.version} answers already (${found.whose}); none is started`);
    if (found.whose === "private") process.stdout.write(`DOCKER_HOST=${PRIVATE_HOST}\n`);
    return 0;
  }
  const why = hindrance(machine);
  if (why !== undefined) {
    say(
      `no Docker engine answers (${found.reason}), and none can be started: ${why.reason}. To have one: ${why.remedy}.`,
    );
    return 4;
  }
  const before = status().kind;
  if (before === "starting") {
    throw new DrillError("environment", "docker", "another start of the private engine is under way; wait for its end");
  }
  if (before !== "stopped") {
    say("a private engine was left; cleaning up");
    await stop();
  }
  const versions = await start({ progress: say, signal: interruption.signal });
  const packages = ["docker.io", "containerd", "runc"].map((name) => `${name} ${versions[name]}`).join(", ");
  say(`a private Docker engine answers after ${seconds(startedMs)}: ${packages}`);
  process.stdout.write(`DOCKER_HOST=${PRIVATE_HOST}\n`);
  return 0;
}

async function stopIt(): Promise<number> {
  const startedMs = performance.now();
  const was = status().kind;
  await stop();
  say(was === "stopped" ? "no private engine was there" : `the private engine is gone, after ${seconds(startedMs)}`);
  return 0;
}

async function tell(): Promise<number> {
  const now = status();
  const words = {
    running: "a private engine runs",
    starting: "a private engine is being started",
    left: "a private engine died and left something: npm run docker-engine -- stop",
    stopped: "no private engine runs",
  };
  say(words[now.kind]);
  if (now.kind !== "running") return 4;
  process.stdout.write(`DOCKER_HOST=${PRIVATE_HOST}\n`);
  return 0;
}

async function images(): Promise<number> {
  const engine = await requireEngine();
  for (const name of readdirSync(engine.machine.imagesDir)) {
    const startedMs = performance.now();
    const { reference, base } = await dockerImage(engine, name, { progress: say, signal: interruption.signal });
    say(`${reference} is there, after ${seconds(startedMs)}; its base ${base.reference}: ${base.detail}`);
  }
  return 0;
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}
