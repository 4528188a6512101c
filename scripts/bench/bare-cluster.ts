/**
 * The drill's disaster and recovery without Drillbook: one plain bash script that starts three members, kills two, and
 * runs the page's blocks one after the other. Only the certificates and manifests come from the project, untimed.
 */
import { spawn } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { parseRunbook, stepsOf } from "../../harness/runbook/index.ts";
import { etcdManifest, LAYOUT, nodeEnvironment, type MemberAddress } from "../../harness/system/etcd/layout.ts";
import { makeCertificates, type Certificates } from "../../harness/system/etcd/certificates.ts";
import { etcdClient } from "../../harness/system/etcd/client.ts";
import { openChannel } from "../../harness/system/etcd/channel.ts";
import { resolvePrograms } from "../../harness/tools/index.ts";

const PAGE = "scenarios/etcd-quorum-loss/runbook.md";
/** 200 a second for 6 s, the probes beside them. */
const WRITES_BEFORE_THE_FAULT = 1500;
/** Far from the addresses that runs choose. */
const NETWORK = "127.0.77";

/** How long the bare script took. */
export interface BareTimes {
  readonly provisionMs: number;
  readonly recoveryMs: number;
  /** By the id of the page's step. */
  readonly stepMs: ReadonlyMap<string, number>;
}

/** Runs the script in `folder`, which it makes, and returns its own times. */
export async function bareCluster(folder: string): Promise<BareTimes> {
  const programs = await resolvePrograms(["etcd", "etcdctl", "etcdutl"], { progress: () => undefined });
  const members: readonly MemberAddress[] = [1, 2, 3].map((number) => ({
    name: `n${number}`,
    clientUrl: `https://${NETWORK}.${number}:2379`,
    peerUrl: `https://${NETWORK}.${number}:2380`,
  }));
  const binDir = join(folder, "bin");
  await mkdir(binDir, { recursive: true });
  for (const { name, path } of programs) await symlink(path, join(binDir, name));
  await writeFile(join(binDir, "nodectl"), NODECTL, { mode: 0o755 });
  const certificates = await makeCertificates({
    runId: "bare",
    nodes: members.map((member, index) => ({ name: member.name, address: `${NETWORK}.${index + 1}` })),
  });
  for (const member of members) {
    const homeDir = join(folder, member.name);
    await mkdir(join(homeDir, "manifests"), { recursive: true });
    await mkdir(join(homeDir, "pki"), { recursive: true });
    await writeFile(
      join(homeDir, LAYOUT.manifest),
      etcdManifest({ member, initialCluster: members, token: "bare", homeDir }),
    );
    const own = certificates.members[member.name];
    if (own === undefined) throw new Error(`no certificate was made for ${member.name}`);
    const files = {
      [LAYOUT.authority]: certificates.authority.certificate,
      [LAYOUT.memberCertificate]: own.certificate,
      [LAYOUT.memberKey]: own.key,
      [LAYOUT.clientCertificate]: certificates.client.certificate,
      [LAYOUT.clientKey]: certificates.client.key,
    };
    for (const [path, content] of Object.entries(files)) await writeFile(join(homeDir, path), content, { mode: 0o600 });
  }
  const script = join(folder, "recovery.sh");
  await writeFile(script, bareScript(folder, members, await readFile(PAGE, "utf8")));
  const [first] = members;
  return timesOf(await run(script, binDir, async () => fill(first?.clientUrl ?? "", certificates)));
}

/** What `nodectl` does, in plain bash. */
const NODECTL = `#!/usr/bin/env bash
pid=$(cat etcd.pid 2>/dev/null)
case $1 in
  start) mapfile -t command < <(sed -n 's/^    - //p' manifests/etcd.yaml); setsid "\${command[@]}" >>etcd.log 2>&1 </dev/null & echo $! >etcd.pid ;;
  stop) kill -TERM "$pid" ;;
  status) kill -0 "$pid" 2>/dev/null && [ "$(sed 's/.*) \\(.\\).*/\\1/' /proc/$pid/stat)" != Z ] || exit 3 ;;
esac
`;

function bareScript(folder: string, members: readonly MemberAddress[], page: string): string {
  const machines = members.map((member) => {
    const homeDir = join(folder, member.name);
    const variables = Object.entries(nodeEnvironment(member, homeDir)).map(
      ([name, value]) => `export ${name}='${value}'`,
    );
    return `${member.name}() { cd '${homeDir}'; ${variables.join("; ")}; }`;
  });
  const all = members.map((member) => member.clientUrl).join(",");
  const steps = stepsOf(parseRunbook(page, PAGE)).map(
    (step) => `step=$(now)\non ${step.role}\n${step.text}\necho "step:${step.id} $step $(now)"`,
  );
  return `set -e
now() { date +%s%N; }
${machines.join("\n")}
on() { case $1 in survivor) $survivor ;; replacement-1) $lost1 ;; replacement-2) $lost2 ;; workstation) n1; export ETCDCTL_ENDPOINTS='${all}' ;; esac; }
# A machine's client URL is its name's address.
url() { echo "https://${NETWORK}.\${1#n}:$2"; }
begun=$(now)
for node in n1 n2 n3; do $node; nodectl start etcd; done
for node in n1 n2 n3; do $node; until etcdctl --command-timeout=1s put "by-hand/$node" 1 >/dev/null 2>&1; do :; done; done
echo "provision $begun $(now)"
read -r _
# Somebody watches, and watches again when that ends, as in the drill and in every cluster in use: an orderly stop of a member that
# has a leader then takes seven seconds.
watch() { trap 'kill -KILL $! 2>/dev/null; exit' TERM; while :; do etcdctl watch --prefix by-hand/ >/dev/null 2>&1 </dev/null & wait $! || true; sleep 0.25; done; }
for node in n1 n2 n3; do $node; watch & watchers="$watchers $!"; done
n1; leader=$(ETCDCTL_ENDPOINTS='${all}' etcdctl endpoint status | grep ', true, false,' | sed 's|.*${NETWORK}\\.\\([0-9]\\):2379.*|n\\1|')
survivor=$leader; set -- $(echo n1 n2 n3 | sed "s/$leader//"); lost1=$1; lost2=$2
for pair in SURVIVOR:$survivor REPLACEMENT_1:$lost1 REPLACEMENT_2:$lost2; do
  role=\${pair%:*}; node=\${pair#*:}
  export "\${role}_NAME=$node" "\${role}_CLIENT_URL=$(url $node 2379)" "\${role}_PEER_URL=$(url $node 2380)"
done
for node in $lost1 $lost2; do $node; kill -KILL "$(cat etcd.pid)"; rm -rf "$DATA_DIR"; done
on survivor; until etcdctl endpoint status --write-out=fields | grep '^"Leader" : 0$' >/dev/null; do :; done
begun=$(now)
${steps.join("\n")}
echo "recovery $begun $(now)"
`;
}

/** Runs the script and ends, by id, the members that it started. `whenReady` is awaited between its two parts. */
async function run(script: string, binDir: string, whenReady: () => Promise<void>): Promise<string> {
  const guarded = `trap 'kill -TERM $watchers 2>/dev/null || true; for pid in ${join(binDir, "..")}/n?/etcd.pid; do kill -KILL $(cat $pid) 2>/dev/null || true; done' EXIT; . '${script}'`;
  const child = spawn("bash", ["--noprofile", "--norc", "-c", guarded], {
    env: { PATH: `${binDir}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`, LANG: "C.UTF-8" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let filling: Promise<void> | undefined;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    if (filling === undefined && stdout.includes("provision ")) {
      filling = whenReady().finally(() => child.stdin.end("\n"));
    }
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const exitCode = await new Promise((resolve) => child.on("close", resolve));
  await filling;
  if (exitCode !== 0) throw new Error(`the bare script ended with ${String(exitCode)}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** As many writes as the drill's cluster has seen when the fault comes: a member that joins later is sent as much. */
async function fill(clientUrl: string, { authority, client }: Certificates): Promise<void> {
  const credentials = createSecureContext({ ca: authority.certificate, cert: client.certificate, key: client.key });
  await using store = etcdClient(openChannel({ clientUrl, credentials }), 5000);
  for (let index = 0; index < WRITES_BEFORE_THE_FAULT; index++) {
    const { outcome } = await store.put(`bench/${index % 1000}`, "".padEnd(128, "."));
    if (outcome !== "acknowledged") throw new Error("the bare cluster did not take a write");
  }
}

function timesOf(stdout: string): BareTimes {
  const spans = new Map(
    [...stdout.matchAll(/^(\S+) (\d{16,}) (\d{16,})$/gm)].map(([, name = "", begun = "", ended = ""]) => [
      name,
      Number(BigInt(ended) - BigInt(begun)) / 1e6,
    ]),
  );
  const spanMs = (name: string): number => {
    const ms = spans.get(name);
    if (ms === undefined) throw new Error(`the bare script printed no time for ${name}:\n${stdout}`);
    return ms;
  };
  const steps = [...spans].flatMap(([name, ms]) => (name.startsWith("step:") ? [[name.slice(5), ms] as const] : []));
  return { provisionMs: spanMs("provision"), recoveryMs: spanMs("recovery"), stepMs: new Map(steps) };
}
