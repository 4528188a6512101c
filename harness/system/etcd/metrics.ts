/** What a member tells only in its metrics (`/metrics` on its client URL, in the text format of Prometheus). */
import type { Channel } from "./channel.ts";

/** Before 3.6 `maintenance/status` says nothing of the quota (`dbSizeQuota`); the metrics do, in 3.5 too. */
const QUOTA = /^etcd_server_quota_backend_bytes (\S+)$/m;

/** The quota that a member runs with, in bytes; null when it does not tell. Costs a member 3 ms. */
export async function quotaInMetrics(channel: Pick<Channel, "page">, timeoutMs: number): Promise<string | null> {
  const text = await channel.page("/metrics", timeoutMs);
  // Written as a floating-point number, e.g. 2.147483648e+09; exact up to 2^53.
  const bytes = Number(QUOTA.exec(text ?? "")?.[1] ?? NaN);
  return Number.isSafeInteger(bytes) && bytes > 0 ? String(bytes) : null;
}
