/**
 * The puts of the bench, as the recording workload sends them: its client, its hash of the value, its ledger. But each
 * connection sends its next put when the last one is answered, as in fixtures/k6/puts.js, to see how many there can be.
 *
 * Usage: node put-worker.ts JSON, with the fields of `PutOrder`. Prints one `PutReport` as JSON.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { HEADER } from "../../fixtures/ledgers/header.ts";
import { openLedger, type OperationEntry } from "../../harness/ledger/index.ts";
import { hashValue } from "../../harness/system/index.ts";
import { etcdClient } from "../../harness/system/etcd/client.ts";
import { openChannel } from "../../harness/system/etcd/channel.ts";

/** What is to be done. */
export interface PutOrder {
  readonly clientUrl: string;
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly connections: number;
  readonly durationMs: number;
  /** Time is cut in so many slices; in every second one nothing is recorded. 1: all is recorded. */
  readonly slices: number;
  /** Entries that are appended in each recorded slice beside the puts' own, in bursts. */
  readonly burstEntries: number;
}

/** What came of it. */
export interface PutReport {
  readonly lastedMs: number;
  /** Acknowledged puts in each slice. */
  readonly acknowledged: readonly number[];
  readonly others: number;
  /** Entries that were appended in bursts, and the time that took. */
  readonly burst: { readonly entries: number; readonly ms: number };
}

/** So many entries are recorded before the puts have their turn again. */
const BURST = 1000;

const order = JSON.parse(process.argv[2] ?? "") as PutOrder;
const folder = mkdtempSync(join(tmpdir(), "drillbook-puts-"));
try {
  const report = await run();
  process.stdout.write(`${JSON.stringify(report)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

async function run(): Promise<PutReport> {
  using ledger = openLedger(join(folder, "ledger.ndjson"), HEADER);
  const credentials = createSecureContext({
    ca: readFileSync(order.authorityFile),
    cert: readFileSync(order.certificateFile),
    key: readFileSync(order.keyFile),
  });
  const begunMs = performance.now();
  const sliceMs = order.durationMs / order.slices;
  const sliceNow = (): number => Math.min(order.slices - 1, Math.floor((performance.now() - begunMs) / sliceMs));
  const acknowledged = Array.from({ length: order.slices }, () => 0);
  const bursts = { entries: 0, ms: 0 };
  let others = 0;
  let sent = 0;
  let last: OperationEntry | undefined;

  const onePut = async (store: ReturnType<typeof etcdClient>, client: string): Promise<void> => {
    const id = sent++;
    const key = `drillbook/key/${client}/${id}`;
    const value = `bench/${id}/`.padEnd(128, ".");
    const sentAtMs = performance.now() - begunMs;
    const { outcome, revision, reason } = await store.put(key, value);
    const atMs = performance.now() - begunMs;
    const slice = sliceNow();
    if (outcome === "acknowledged") acknowledged[slice] = (acknowledged[slice] ?? 0) + 1;
    else others++;
    if (slice % 2 === 1) return;
    const valueHash = hashValue(value);
    last = {
      kind: "operation",
      atMs,
      id,
      transaction: null,
      client,
      node: "n1",
      op: "put",
      key,
      valueHash,
      scheduledAtMs: sentAtMs,
      sentAtMs,
      outcome,
      revision,
      reason,
    };
    ledger.record(last);
  };

  const connection = async (index: number): Promise<void> => {
    await using store = etcdClient(openChannel({ clientUrl: order.clientUrl, credentials }), 5000);
    while (performance.now() - begunMs < order.durationMs) await onePut(store, `c${index}`);
  };

  const appending = async (): Promise<void> => {
    while (bursts.entries < order.burstEntries && performance.now() - begunMs < order.durationMs) {
      const startMs = performance.now();
      // Nothing to append before the first put was answered.
      for (let entry = 0; entry < BURST && last !== undefined; entry++, bursts.entries++) ledger.record(last);
      bursts.ms += performance.now() - startMs;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  const working = Array.from({ length: order.connections }, async (_, index) => connection(index));
  await Promise.all([...working, appending()]);
  return { lastedMs: performance.now() - begunMs, acknowledged, others, burst: bursts };
}
