/** What containers can do where the worker has mounts of its own: small disks, and forks. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { OwnMountsSight } from "../../../fixtures/substrate/own-mounts-worker.ts";
import { messageOf } from "../../core/index.ts";
import { SUBSTRATES, type Footing } from "../kinds.ts";
import { isolationCommand } from "../process/isolation.ts";

const WORKER = fileURLToPath(new URL("../../../fixtures/substrate/own-mounts-worker.ts", import.meta.url));
const footing = await SUBSTRATES.docker.find().catch((error: unknown) => messageOf(error));
const absent =
  typeof footing === "string" || footing.isolation.kind === "mounts" ? footing : "no mount namespace can be made here";

describe.skipIf(typeof absent === "string")(
  `a worker with mounts of its own${typeof absent === "string" ? ` (${absent})` : ""}`,
  () => {
    it("shares small disks with its containers, and forks their machines", async () => {
      const { disk, fork } = await seenBy(absent as Footing);
      expect(disk).toEqual({
        own: expect.stringMatching(/No space left on device/),
        other: "by-the-harness\nby-the-node\n",
        left: 0,
        size: 1024 * 1024,
      });
      expect(fork.refusedBecause).toMatch(/n2 has changed outside of its home folder \(\/etc\/own\)/);
      expect(fork.fork).toEqual(fork.origin);
      expect(fork.story).toEqual(["started n1/writer by fork"]);
      expect(fork.origin[0]).toContain(` ${fork.where.replace(/\n.*$/s, "")}`);
      expect(fork.broughtBack).toBe("what is lost");
      expect(fork.atRoot).toBe("what is kept");
    });
  },
);

async function seenBy({ engine, isolation, prepare }: Footing): Promise<OwnMountsSight> {
  const { image } = await prepare({ progress: () => {}, signal: new AbortController().signal, ownEngines: false });
  const [program, ...args] = isolationCommand(isolation, [process.execPath, WORKER, JSON.stringify({ engine, image })]);
  const worker = spawn(program, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const sights: unknown[] = [];
  worker.on("message", (sight) => void sights.push(sight));
  await once(worker, "close");
  expect(sights).toHaveLength(1);
  return sights[0] as OwnMountsSight;
}
