/**
 * What a machine's engine lists when a witness asks it at its socket, without the client that an injector tells it by (law 3).
 * Asks only; what it means is the witness's to say.
 */
import { get } from "node:http";
import { text } from "node:stream/consumers";
import type { ClusterNode } from "../system/index.ts";
import type { Sighting } from "./sightings.ts";

/** What is asked for (https://docs.docker.com/reference/api/engine): those that do not run, too, and images that only others are made of. */
const PATHS = { containers: "/containers/json?all=true", images: "/images/json?all=true" } as const;

/** A busy engine lists a handful of things within some ten milliseconds. */
const ANSWERS_WITHIN_MS = 5000;

/**
 * Whether the engine of the node's machine lists none of these; not known where it has no engine that can be asked.
 * @throws when the engine does not answer in time, or answers that it cannot.
 */
export async function engineListsNone({ machine, name }: ClusterNode, what: keyof typeof PATHS): Promise<Sighting> {
  const [, socketPath] = /^unix:\/\/(.+)$/.exec(machine.engine()?.host ?? "") ?? [];
  if (socketPath === undefined) return { seen: null, detail: `${name} has no engine that can be asked at a socket` };
  const listed: unknown = JSON.parse(await askAt(socketPath, PATHS[what]));
  if (!Array.isArray(listed)) return { seen: null, detail: `the engine of ${name} does not answer with a list` };
  return { seen: listed.length === 0, detail: `the engine of ${name} lists ${listed.length} ${what}` };
}

async function askAt(socketPath: string, path: string): Promise<string> {
  const { promise, reject, resolve } = Promise.withResolvers<string>();
  const request = get({ socketPath, path, signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }, (response) => {
    text(response).then((said) => {
      if (response.statusCode === 200) resolve(said);
      else reject(new Error(`the engine answered ${response.statusCode}: ${said}`));
    }, reject);
  });
  request.once("error", reject);
  return promise;
}
