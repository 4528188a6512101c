import { expect, test } from "vitest";
import { sideBySide } from "./side-by-side.ts";

/** Work that ends when it is told to. */
function controlled() {
  const running = new Map<string, PromiseWithResolvers<string>>();
  let most = 0;
  return {
    running,
    most: () => most,
    work: async (item: string): Promise<string> => {
      const end = Promise.withResolvers<string>();
      running.set(item, end);
      most = Math.max(most, running.size);
      try {
        return await end.promise;
      } finally {
        running.delete(item);
      }
    },
  };
}

test("at most so many are at work, each item once, and the results are in the order of the items", async () => {
  const { running, most, work } = controlled();
  const all = sideBySide(["a", "b", "c", "d", "e"], 2, work);
  for (const last of ["b", "a", "d", "e", "c"]) {
    while (!running.has(last)) await Promise.resolve();
    running.get(last)?.resolve(last.toUpperCase());
  }
  expect(await all).toEqual(["A", "B", "C", "D", "E"]);
  expect(most()).toBe(2);
});

test("nothing more begins after an error, and what has begun is awaited", async () => {
  const { running, work } = controlled();
  const all = sideBySide(["a", "b", "c"], 2, work);
  while (running.size < 2) await Promise.resolve();
  const [a, b] = [running.get("a"), running.get("b")];
  a?.reject(new Error("a is broken"));
  let ended = false;
  all.catch(() => undefined).finally(() => (ended = true));
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(ended).toBe(false);
  b?.resolve("B");
  await expect(all).rejects.toThrow("a is broken");
  expect(running.has("c")).toBe(false);
});

test("nothing more begins once it is to stop", async () => {
  const begun: string[] = [];
  const results = await sideBySide(
    ["a", "b", "c"],
    1,
    async (item) => void begun.push(item),
    () => begun.length < 2,
  );
  expect(begun).toEqual(["a", "b"]);
  expect(results).toHaveLength(2);
});
