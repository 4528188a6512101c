/** What lies on the machines of a new cluster. The programs do nothing: it is the files that are looked at. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchRun } from "../../../fixtures/substrate/scratch-run.ts";
import { openProcessSubstrate } from "../../substrate/index.ts";
import { etcd, type EtcdOptions } from "./etcd.ts";

const PROGRAMS = { etcd: "/bin/true", etcdctl: "/bin/true", etcdutl: "/bin/true" };
const FURNISHED = ["ca.crt", "client.crt", "client.key", "member.crt", "member.key"];

/** The files in `pki` of each machine, and whether it has a manifest. */
async function furnished(options: EtcdOptions): Promise<Readonly<Record<string, readonly string[]>>> {
  await using scratch = scratchRun();
  const { recorder, run } = scratch;
  await using substrate = await openProcessSubstrate({ run, recorder });
  await using cluster = await etcd(options).provision({ substrate, run, recorder, programs: PROGRAMS });
  const machines = [...cluster.nodes.map(({ machine }) => machine), cluster.workstation];
  const found = machines.map(async ({ homeDir, name }) => {
    const names = await readdir(homeDir);
    const files = names.includes("pki") ? (await readdir(join(homeDir, "pki"))).toSorted() : [];
    for (const file of files.filter((one) => one.endsWith(".key")))
      expect((await stat(join(homeDir, "pki", file))).mode & 0o777).toBe(0o600);
    return [name, names.includes("manifests") ? [...files, "manifest"] : files] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

test("spares are furnished as members are, and nobody has the authority's key, unless it is said otherwise", async () => {
  const workstation = ["ca.crt", "client.crt", "client.key"];
  expect(await furnished({ members: 1, spares: 1 })).toEqual({
    n1: [...FURNISHED, "manifest"],
    n2: [...FURNISHED, "manifest"],
    workstation,
  });
  expect(await furnished({ members: 1, spares: 1, spareMachines: "bare", authorityKey: "with-members" })).toEqual({
    n1: [...["ca.key", ...FURNISHED].toSorted(), "manifest"],
    n2: [],
    workstation,
  });
});
