import { expect, test } from "vitest";
import { fakeEngine, type FakeEngine } from "../../../fixtures/tools/fake-engine.ts";
import { requireEngine } from "./engine.ts";
import { dockerImage } from "./image.ts";

const DOCKERFILE = "# what it is\nFROM debian:trixie-slim\nRUN true\n";
const BASE = { Id: "sha256:base", RepoDigests: [], Config: { Labels: null } };

async function image(engine: FakeEngine, name = "node", signal?: AbortSignal) {
  const progress: string[] = [];
  const found = await dockerImage(await requireEngine(engine), name, {
    progress: (line) => progress.push(line),
    signal,
  });
  return { ...found, progress };
}

test("an image is built once, on the base that is there, and found from then on without a word", async () => {
  using engine = fakeEngine();
  engine.addImageFile("node/Dockerfile", DOCKERFILE);
  engine.addImage("debian:trixie-slim", BASE);
  const first = await image(engine);
  expect(first).toMatchObject({ id: "sha256:built", base: { id: "sha256:base", origin: "unknown" } });
  const again = await image(engine);
  expect(again).toEqual({ ...first, progress: [] });
  const builds = engine.calls().filter((call) => call.startsWith("build"));
  expect(builds).toEqual([
    `build --tag ${first.reference} --label drillbook.image=node --network host ${engine.imagesDir}/node`,
  ]);
  expect(engine.calls().filter((call) => call.startsWith("pull"))).toEqual([]);
});

test("a changed folder gives another image", async () => {
  using engine = fakeEngine();
  engine.addImageFile("node/Dockerfile", DOCKERFILE);
  engine.addImage("debian:trixie-slim", BASE);
  const { reference } = await image(engine);
  engine.addImageFile("node/Dockerfile", `${DOCKERFILE}RUN false\n`);
  expect((await image(engine)).reference).not.toBe(reference);
});

test.each([
  ["a digest: it was pulled", { ...BASE, RepoDigests: ["debian@sha256:d"] }, "pulled", "debian@sha256:d"],
  ["our label: it was made", { Id: "x", Config: { Labels: { "drillbook.base": "made" } } }, "debootstrap", "made"],
  ["neither: nobody knows", { Id: "x" }, "unknown", "it was there, and says nothing of its making"],
])("where the base is from, by %s", async (_name, inspected, origin, detail) => {
  using engine = fakeEngine();
  engine.addImageFile("node/Dockerfile", DOCKERFILE);
  engine.addImage("debian:trixie-slim", inspected);
  expect((await image(engine)).base).toMatchObject({ origin, detail });
});

test("a base that is not there is pulled where a registry answers", async () => {
  using engine = fakeEngine({ registry: { ...BASE, RepoDigests: ["debian@sha256:d"] } });
  engine.addImageFile("node/Dockerfile", DOCKERFILE);
  const { base, progress } = await image(engine);
  expect(base.origin).toBe("pulled");
  expect(progress[0]).toBe("pulling debian:trixie-slim");
});

test("without a registry and without what debootstrap takes, both reasons are said", async () => {
  using engine = fakeEngine();
  engine.addImageFile("node/Dockerfile", DOCKERFILE);
  await expect(image(engine)).rejects.toMatchObject({
    code: "environment",
    message: expect.stringMatching(/^No registry gives debian:trixie-slim \(no such host\), and .*(no unshare|root)/),
  });
});

test("a build that fails is told with its last words", async () => {
  using engine = fakeEngine({ buildFails: "E: Unable to locate package nothing" });
  engine.addImageFile("node/Dockerfile", DOCKERFILE);
  engine.addImage("debian:trixie-slim", BASE);
  await expect(image(engine)).rejects.toMatchObject({
    code: "environment",
    message: expect.stringContaining("failed: E: Unable to locate package nothing"),
  });
});

test.each([
  ["no such folder", "other", DOCKERFILE, "There is no image other in"],
  ["a name that leads elsewhere", "../node", DOCKERFILE, "There is no image ../node in"],
  ["another base", "node", "FROM debian:bookworm\n", "is built on debian:bookworm; it must be one FROM"],
  ["two stages", "node", `${DOCKERFILE}FROM debian:trixie-slim\n`, "it must be one FROM debian:trixie-slim"],
  ["no base", "node", "RUN true\n", "is built on nothing"],
])("a mistake of the project is told before the engine is asked: %s", async (_name, name, file, message) => {
  using engine = fakeEngine();
  engine.addImageFile("node/Dockerfile", file);
  await expect(image(engine, name)).rejects.toMatchObject({
    code: "harness",
    message: expect.stringContaining(message),
  });
  expect(engine.calls()).toEqual([]);
});

test("an aborted signal ends it, and builds nothing", async () => {
  using engine = fakeEngine();
  engine.addImageFile("node/Dockerfile", DOCKERFILE);
  await expect(image(engine, "node", AbortSignal.abort())).rejects.toMatchObject({ code: "interrupted" });
  expect(engine.calls()).toEqual([]);
});
