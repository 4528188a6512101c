/** The wait for a member that listens for clients, which it does when it has found a leader and made its table. */
import { DrillError, formatMs, type RunContext } from "../../core/index.ts";
import type { ClusterNode } from "../cluster.ts";
import { openHttp } from "../http-exchange.ts";

/** A first start takes a second on an idle machine. */
const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;
const TIMEOUT_MS = 500;

/**
 * Resolves when the member answers a client at all.
 * @throws DrillError `environment` when it does not in time.
 */
export async function untilServes(
  { clientUrl, name }: Pick<ClusterNode, "clientUrl" | "name">,
  { clock, signal }: Pick<RunContext, "clock" | "signal">,
): Promise<void> {
  using http = openHttp(clientUrl, null);
  const untilMs = clock.nowMs() + WITHIN_MS;
  for (;;) {
    // The key without a name: any answer will do.
    const came = await http.exchange({ method: "GET", path: "/", body: null }, TIMEOUT_MS);
    if (came.kind === "whole") return;
    if (clock.nowMs() >= untilMs) {
      const why = `${name} does not listen for clients ${formatMs(WITHIN_MS)} after its start; see its log in the run's evidence`;
      throw new DrillError("environment", "provision", why);
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}
