/**
 * The object that stands for a key, and what it says of it. Pure.
 *
 * It is a PodTemplate. Nothing acts on one by itself, as on a ConfigMap; and unlike that one it tells all that an exact account needs:
 * - the answer to its deletion is the object with the revision of the deletion (`ReturnDeletedObject` in kubernetes,
 *   pkg/registry/core/podtemplate/storage/storage.go; that to a ConfigMap's has none);
 * - `metadata.generation` begins with 1 and grows by one with each change of the template (pkg/registry/core/podtemplate/strategy.go).
 *
 * `metadata.resourceVersion` is the revision of etcd at which the object was changed last (apiserver, pkg/storage/etcd3/store.go), so
 * that the two accounts of a cluster, of keys and of objects, have one numbering. What clients may make of it:
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions.
 */
import type { V1PodTemplate } from "@kubernetes/client-node";
import { objectNameOf } from "./object-name.ts";

/** Where all objects are: it is there as soon as the API is, and everything in it is the run's own. */
export const NAMESPACE = "default";

/** The kind, as paths and errors of the API call it. */
export const RESOURCE = "podtemplates";

const VALUE = "drillbook/value";

/** What is stored under a key. */
export interface StoredObject {
  /** Null of one that was not made as these are. */
  readonly value: string | null;
  /** Of its last change. */
  readonly revision: string;
  /** How often it was changed since it was made, that included. */
  readonly version: string | null;
}

/** The object to be applied for a key. A template must name a container; nobody ever starts it. */
export function objectOf(key: string, value: string): V1PodTemplate {
  return {
    apiVersion: "v1",
    kind: "PodTemplate",
    metadata: { name: objectNameOf(key) },
    template: {
      metadata: { annotations: { [VALUE]: value } },
      spec: { containers: [{ name: "none", image: "none" }] },
    },
  };
}

/** What an answer tells; null when it is no such object. */
export function storedIn({ kind, metadata, template }: V1PodTemplate): StoredObject | null {
  const revision = metadata?.resourceVersion;
  if (kind !== undefined && kind !== "PodTemplate") return null;
  if (revision === undefined || !/^\d+$/.test(revision)) return null;
  const { generation } = metadata ?? {};
  return {
    value: template?.metadata?.annotations?.[VALUE] ?? null,
    revision,
    version: generation === undefined ? null : String(generation),
  };
}
