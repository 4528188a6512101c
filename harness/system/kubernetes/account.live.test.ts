/** The account of writes over objects of a real API: what was acknowledged is held, and what is lost or comes back beneath the API is seen. */
import { afterAll, expect, test } from "vitest";
import { heldBy, shell } from "../../../fixtures/live/etcd-cluster.ts";
import { apiOnEtcd, apiProgramsOrSkip, N1, TIMEOUT_MS } from "../../../fixtures/live/api-on-etcd.ts";
import { explainKey, type KeyVerdict } from "../../integrity/explain-key.ts";
import { keyHistories, type KeyHistory, type WriteEntry } from "../../integrity/key-histories.ts";
import { startWorkload, WORKLOAD_PREFIX } from "../../workload/index.ts";
import { objectNameOf } from "./object-name.ts";
import { OBJECTS_LACK } from "./objects-lack.ts";

const opened = new AsyncDisposableStack();
afterAll(async () => opened.disposeAsync());

const WORKS_FOR_MS = 6000;
const PLAN = {
  writesPerSecond: 20,
  readsPerSecond: 10,
  timeoutMs: TIMEOUT_MS,
  clients: 3,
  adequacy: { windowMs: 1000, acknowledgedShare: 0.9, lastWriteWithinMs: 250 },
};

/** Where the API keeps an object in etcd. */
const placeOf = (key: string): string => `/registry/podtemplates/default/${objectNameOf(key)}`;

test("a workload's objects are all kept; one that is taken away is lost, and one that is put back as it was is resurrected", async (context) => {
  const { client, cluster, stage } = await apiOnEtcd({ opened, programs: await apiProgramsOrSkip(context) });
  const { entries, recorder, run } = stage;
  const workload = startWorkload({ cluster, plan: PLAN, store: { lacks: OBJECTS_LACK }, run, recorder });
  await run.clock.sleep(WORKS_FOR_MS, run.signal);
  await workload.stop();
  const { byKey, violations, writes } = keyHistories(entries);
  expect(violations).toEqual([]);
  const acknowledged = writes.filter(({ outcome }) => outcome === "acknowledged");
  expect(acknowledged.length).toBeGreaterThan(50);
  expect(new Set(acknowledged.map(({ op }) => op))).toEqual(new Set(["put", "delete"]));
  const others = writes.filter(({ outcome }) => outcome !== "acknowledged");
  expect(others.filter(({ op, reason }) => op !== "delete" || reason !== "not-there")).toEqual([]);
  // Each write is one change of the store, told with its own number.
  expect(new Set(acknowledged.map(({ revision }) => revision)).size).toBe(acknowledged.length);

  let fences = 0;
  const verdicts = async (): Promise<ReadonlyMap<string, KeyVerdict>> => {
    const fence = { key: `drillbook/fence/${fences++}`, value: run.runId };
    expect((await client.put(fence.key, fence.value)).outcome).toBe("acknowledged");
    const { end, keys } = await heldBy(cluster, N1, { prefix: WORKLOAD_PREFIX, ...fence });
    expect(end).toMatchObject({ complete: true, reason: null });
    expect([...keys.keys()].filter((key) => !byKey.has(key))).toEqual([]);
    return new Map([...byKey].map(([key, history]) => [key, explainKey(history, keys.get(key) ?? null)]));
  };
  const wrong = (all: ReadonlyMap<string, KeyVerdict>): readonly (readonly [string, number, boolean])[] =>
    [...all].flatMap(([key, { lost, phantom, resurrected, rewritten, visibleRefusal }]) =>
      lost.length > 0 || phantom || resurrected || rewritten !== null || visibleRefusal !== null
        ? [[key, lost.length, resurrected] as const]
        : [],
    );
  expect(wrong(await verdicts())).toEqual([]);

  const puts = ({ writes: all }: KeyHistory): readonly WriteEntry[] =>
    all.filter(({ op, outcome }) => op === "put" && outcome === "acknowledged");
  const whole = [...byKey.values()].filter(({ writes: all }) => all.every(({ outcome }) => outcome === "acknowledged"));
  const taken = whole.find(({ writes: all }) => all.length === 1);
  const back = whole.find((one) => puts(one).length > 1 && one.writes.at(-1)?.op === "put");
  const [first] = back === undefined ? [] : puts(back);
  if (taken === undefined || back === undefined || first === undefined) throw new Error("the workload was too short");
  const place = placeOf(back.key);
  // Without the newline that etcdctl adds.
  const beneath = `set -e
etcdctl del ${placeOf(taken.key)}
etcdctl get ${place} --rev=${first.revision} --print-value-only | head --bytes=-1 | etcdctl put ${place}`;
  expect(await shell(cluster.workstation, beneath)).toMatchObject({ exitCode: 0, output: "1\nOK\n" });
  const later = back.writes.length - 1 - back.writes.indexOf(first);
  expect(new Set(wrong(await verdicts()).map(String))).toEqual(
    new Set([`${taken.key},1,false`, `${back.key},${later},true`]),
  );
});
