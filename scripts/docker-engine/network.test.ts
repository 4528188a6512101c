/** What is told to `ip` and `iptables`; the programs are made up. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BRIDGE, bridgesOf, lower, raise, type Run } from "./network.ts";

let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "drillbook-network-"));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** Answers by the beginning of the command; what has none gives an empty one. */
function world(answers: Readonly<Record<string, string>>) {
  const calls: string[] = [];
  const run: Run = (file, ...args) => {
    const call = [file, ...args].join(" ");
    calls.push(call);
    const stdout = Object.entries(answers).find(([begin]) => call.startsWith(begin))?.[1] ?? "";
    return Promise.resolve({ ok: true, stdout, stderr: "", trouble: "" });
  };
  return { run, calls };
}

const RULE = "-A FORWARD -s 198.18.0.0/15 -m comment --comment drillbook-engine -j ACCEPT";

test("where forwarding is allowed, no rule is made", async () => {
  const { run, calls } = world({ "iptables-nft -w -S": "-P FORWARD ACCEPT\n" });
  await raise(run);
  expect(calls).toContain(`ip link add ${BRIDGE} type bridge`);
  expect(calls.filter((call) => call.startsWith("iptables-nft")).join("\n")).not.toContain("-I");
});

test("where it is refused, one that lets pass what stays on one bridge", async () => {
  const { run, calls } = world({ "iptables-nft -w -S": "-P FORWARD DROP\n-A FORWARD -j DOCKER-USER\n" });
  await raise(run);
  expect(calls).toContainEqual(expect.stringMatching(/^iptables-nft -w -I FORWARD .*--physdev-is-bridged/));
});

test.each([
  ["its addresses", { "ip -4 route": "198.19.0.0/24 dev other0 proto kernel\n" }, "198.19.0.0/24 dev other0"],
  ["its name", { "ip link show": "7: drillbook0: <UP>\n" }, "taken: drillbook0"],
])("refused when another has %s, and nothing is made", async (_name, answers, message) => {
  const { run, calls } = world(answers);
  await expect(raise(run)).rejects.toMatchObject({ code: "environment", message: expect.stringContaining(message) });
  expect(calls.filter((call) => / (add|set|-I) /.test(call))).toEqual([]);
});

test("what is taken away: its bridges and each rule that bears its comment, nobody else's", async () => {
  mkdirSync(join(data, "network/files"), { recursive: true });
  writeFileSync(
    join(data, "network/files/local-kv.db"),
    `\0\u0001{"BridgeName":"${BRIDGE}"}\0{"ID":"x","BridgeName":"br-0123456789ab"}{"BridgeName":"br-0123456789ab"}`,
  );
  expect(bridgesOf(data)).toEqual(["br-0123456789ab"]);
  const theirs = "-A FORWARD -m comment --comment drillbook-engine-of-others -j ACCEPT";
  const { run, calls } = world({
    "iptables-nft -w -S": `-P FORWARD DROP\n${RULE}\n${theirs}\n${RULE}\n`,
    "ip link show": "7: it is there\n",
  });
  await lower(run, data);
  expect(calls.filter((call) => / (delete|-D) /.test(call))).toEqual([
    `ip link delete ${BRIDGE}`,
    "ip link delete br-0123456789ab",
    `iptables-nft -w -D ${RULE.slice(3)}`,
    `iptables-nft -w -D ${RULE.slice(3)}`,
  ]);
});
