/**
 * The witness of an image store that is deleted: what the machine's engine lists when it is asked at its socket, without the client that the
 * injector tells it by (law 3); and connections to the member, which take neither engine nor store.
 */
import { get } from "node:http";
import { text } from "node:stream/consumers";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { NOBODY_LISTENS_SIGNS, nobodyListensWitness } from "./nobody-listens-witness.ts";
import { recordSightings, type Sighting } from "./sightings.ts";

const NO_CONTAINER = "engine-of-the-target-lists-no-container";
const NO_IMAGE = "engine-of-the-target-lists-no-image";

/** What it looks for. Each is absent from a healthy cluster. */
export const IMAGE_STORE_SIGNS: readonly string[] = [NO_CONTAINER, NO_IMAGE, ...NOBODY_LISTENS_SIGNS];

/** What it asks for (https://docs.docker.com/reference/api/engine): those that do not run, too, and images that only others are made of. */
const CONTAINERS = "/containers/json?all=true";
const IMAGES = "/images/json?all=true";

/** A busy engine lists a handful of things within some ten milliseconds. */
const ANSWERS_WITHIN_MS = 5000;

export interface ImageStoreLostOptions extends Pick<ArmOptions, "recorder" | "run"> {
  readonly target: ClusterNode;
}

/** Looks at the target's engine, and at the addresses of its member. */
export function imageStoreWitness({ recorder, run, target }: ImageStoreLostOptions): Witness {
  const nobodyListens = nobodyListensWitness({ nodes: [target], recorder, run });
  return {
    observe: async (when) =>
      void (await Promise.all([
        nobodyListens.observe(when),
        recordSightings({ recorder, run }, when, {
          [NO_CONTAINER]: async () => listsNone(target, CONTAINERS, "containers"),
          [NO_IMAGE]: async () => listsNone(target, IMAGES, "images"),
        }),
      ])),
  };
}

async function listsNone({ machine, name }: ClusterNode, path: string, what: string): Promise<Sighting> {
  const [, socketPath] = /^unix:\/\/(.+)$/.exec(machine.engine()?.host ?? "") ?? [];
  if (socketPath === undefined) return { seen: null, detail: `${name} has no engine that can be asked at a socket` };
  const listed: unknown = JSON.parse(await askAt(socketPath, path));
  if (!Array.isArray(listed)) return { seen: null, detail: `the engine of ${name} does not answer with a list` };
  return { seen: listed.length === 0, detail: `the engine of ${name} lists ${listed.length} ${what}` };
}

/** @throws when the engine does not answer in time, or answers that it cannot. */
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
