/** One etcd with TLS, as the drills start it, for benches that need a real store and no cluster. */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { makeCertificates } from "../../harness/system/etcd/certificates.ts";
import { etcdClient } from "../../harness/system/etcd/client.ts";
import { openChannel } from "../../harness/system/etcd/channel.ts";
import { etcdCommand, LAYOUT } from "../../harness/system/etcd/layout.ts";
import { resolvePrograms } from "../../harness/tools/index.ts";

/** Far from the addresses that runs choose. */
const ADDRESS = "127.0.78.1";
const READY_WITHIN_MS = 30_000;

/** A running etcd. Disposing kills it; its folder is the caller's to remove. */
export interface SingleMember extends AsyncDisposable {
  readonly clientUrl: string;
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Starts it in `folder`, and returns when it takes writes. */
export async function startSingleMember(folder: string): Promise<SingleMember> {
  const [etcd] = await resolvePrograms(["etcd"], { progress: (line) => console.log(line) });
  if (etcd === undefined) throw new Error("no etcd");
  const member = { name: "n1", clientUrl: `https://${ADDRESS}:2379`, peerUrl: `https://${ADDRESS}:2380` };
  const certificates = await makeCertificates({ runId: "bench", nodes: [{ name: "n1", address: ADDRESS }] });
  const own = certificates.members["n1"];
  if (own === undefined) throw new Error("no certificate was made");
  const files = {
    [LAYOUT.authority]: certificates.authority.certificate,
    [LAYOUT.memberCertificate]: own.certificate,
    [LAYOUT.memberKey]: own.key,
    [LAYOUT.clientCertificate]: certificates.client.certificate,
    [LAYOUT.clientKey]: certificates.client.key,
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
  const [, ...args] = etcdCommand({ member, initialCluster: [member], token: "bench", homeDir: folder });
  const child = spawn(etcd.path, args, { stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  const credentials = createSecureContext({
    ca: certificates.authority.certificate,
    cert: certificates.client.certificate,
    key: certificates.client.key,
  });
  try {
    await untilItWrites(member.clientUrl, credentials);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    clientUrl: member.clientUrl,
    authorityFile: join(folder, LAYOUT.authority),
    certificateFile: join(folder, LAYOUT.clientCertificate),
    keyFile: join(folder, LAYOUT.clientKey),
    [Symbol.asyncDispose]: stop,
  };
}

async function untilItWrites(clientUrl: string, credentials: SecureContext): Promise<void> {
  await using store = etcdClient(openChannel({ clientUrl, credentials }), 1000);
  const untilMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const { outcome, reason } = await store.put("bench/ready", "");
    if (outcome === "acknowledged") return;
    if (performance.now() > untilMs) throw new Error(`etcd took no write for ${READY_WITHIN_MS} ms: ${String(reason)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
