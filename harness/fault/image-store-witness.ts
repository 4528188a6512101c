/**
 * The witness of an image store that is deleted: what the machine's engine lists when it is asked at its socket, without the client that the
 * injector tells it by (law 3); and connections to the member, which take neither engine nor store.
 */
import type { ClusterNode } from "../system/index.ts";
import { engineListsNone } from "./engine-lists.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { NOBODY_LISTENS_SIGNS, nobodyListensWitness } from "./nobody-listens-witness.ts";
import { recordSightings } from "./sightings.ts";

const NO_CONTAINER = "engine-of-the-target-lists-no-container";
const NO_IMAGE = "engine-of-the-target-lists-no-image";

/** What it looks for. Each is absent from a healthy cluster. */
export const IMAGE_STORE_SIGNS: readonly string[] = [NO_CONTAINER, NO_IMAGE, ...NOBODY_LISTENS_SIGNS];

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
          [NO_CONTAINER]: async () => engineListsNone(target, "containers"),
          [NO_IMAGE]: async () => engineListsNone(target, "images"),
        }),
      ])),
  };
}
