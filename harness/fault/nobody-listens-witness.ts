/** The witness that every member is down: at no member's address is a connection taken. It knows neither processes nor the store. */
import type { RunContext } from "../core/index.ts";
import type { Recorder } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { connectionTaken } from "./connection-taken.ts";
import type { Witness } from "./fault.ts";
import { recordSightings, type Sighting } from "./sightings.ts";

/** What it looks for: absent from a healthy cluster. */
export const NOBODY_LISTENS_SIGNS = ["nobody-listens-for-clients", "nobody-listens-for-peers"] as const;

export interface NobodyListensOptions {
  readonly nodes: readonly Pick<ClusterNode, "clientUrl" | "name" | "peerUrl">[];
  readonly run: RunContext;
  readonly recorder: Recorder;
}

/** A witness for the loss of all members. */
export function nobodyListensWitness({ nodes, recorder, run }: NobodyListensOptions): Witness {
  return {
    observe: async (when) =>
      recordSightings({ recorder, run }, when, {
        "nobody-listens-for-clients": async () => nobodyAt(nodes.map(({ clientUrl }) => clientUrl)),
        "nobody-listens-for-peers": async () => nobodyAt(nodes.map(({ peerUrl }) => peerUrl)),
      }),
  };
}

async function nobodyAt(urls: readonly string[]): Promise<Sighting> {
  const said = await Promise.all(urls.map(async (url) => connectionTaken(new URL(url))));
  const listening = urls.filter((_url, index) => said[index] === true);
  const silent = urls.filter((_url, index) => said[index] === null);
  if (listening.length > 0) return { seen: false, detail: `a connection was taken at ${listening.join(", ")}` };
  if (silent.length > 0) return { seen: null, detail: `neither taken nor refused at ${silent.join(", ")}` };
  return { seen: true, detail: `connections were refused at ${urls.join(", ")}` };
}
