/** The names of the objects that stand for keys of the store. Pure. */

/** What Kubernetes takes as the name of nearly every object (https://kubernetes.io/docs/concepts/overview/working-with-objects/names), with slashes. */
const LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
const KEY = new RegExp(`^${LABEL}(?:/${LABEL})*$`);
const LONGEST = 253;

/**
 * The name of the object of a key: each key has its own, since a key has no dots.
 * @throws RangeError for a key that has none; the harness's own keys all have one.
 */
export function objectNameOf(key: string): string {
  if (key.length > LONGEST || !KEY.test(key)) throw new RangeError(`no object can be named after the key ${key}`);
  return key.replaceAll("/", ".");
}

/** The key of an object, whoever made it. */
export function keyOf(name: string): string {
  return name.replaceAll(".", "/");
}
