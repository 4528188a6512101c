/**
 * Where everything of a member lies on its node, and the manifest that starts it. `dqlite-demo` keeps its store in
 * `--dir`/<its address>, whose name differs from node to node; MicroK8s has the same path on every node. So that name is a link
 * here, to a folder with the path that MicroK8s has.
 */
import { join } from "node:path";
import type { Node } from "../../substrate/index.ts";
import { podManifest } from "../pod-manifest.ts";

/** The name of the member's process; its manifest is `manifests/dqlite.yaml`. */
export const DQLITE_PROCESS = "dqlite";

/** The database that `dqlite-demo` makes (go-dqlite cmd/dqlite-demo). */
export const DATABASE = "demo";

/** Paths on a machine, relative to its home folder. */
export const LAYOUT = {
  dataDir: "var/snap/microk8s/current/var/kubernetes/backend",
  /** What a small disk is mounted at: the folder above, so that something else may fill it. */
  disk: "var/snap/microk8s/current/var/kubernetes",
  /** What of it lies at the machine's root, where absolute paths are its own: snapd's folder. */
  atRoot: "var/snap",
  /** What `dqlite-demo` is told as `--dir`. */
  addresses: "var/lib/dqlite",
  manifest: "manifests/dqlite.yaml",
} as const;

/** One member, as the command of it and of those that join it needs it. */
export interface MemberAddress {
  readonly name: string;
  /** `host:port` of the server for clients. */
  readonly api: string;
  /** `host:port` at which it replicates, and by which dqlite knows it. */
  readonly db: string;
}

export interface ManifestOptions {
  readonly member: MemberAddress;
  /** The members that it asks to be let in, when its folder is empty. None: it makes a new cluster then. */
  readonly joins: readonly MemberAddress[];
  /** Absolute path of the node's home folder. */
  readonly homeDir: string;
}

/** The flag that says where a member's data lies. */
export function dirFlag(homeDir: string): string {
  return `--dir=${homeDir}/${LAYOUT.addresses}`;
}

/** The text of `manifests/dqlite.yaml`. Everything that is not named in it is the default of go-dqlite's `app`. */
export function dqliteManifest({ homeDir, joins, member }: ManifestOptions): string {
  const asked = joins.map(({ db }) => `--join=${db}`);
  return podManifest(DQLITE_PROCESS, [
    "dqlite-demo",
    `--api=${member.api}`,
    `--db=${member.db}`,
    dirFlag(homeDir),
    ...asked,
  ]);
}

/**
 * Variables of every shell on a member's node. `BACKEND` is the folder that MicroK8s's page calls so, as the machine sees it; `ROOT` is the machine's `/`, or
 * the home folder that stands for it, and `BACKEND_FROM_ROOT` is the same folder below that, the same on every node.
 */
export function nodeEnvironment(
  member: MemberAddress,
  { homeDir, rootDir }: Pick<Node, "homeDir" | "rootDir">,
): Readonly<Record<string, string>> {
  return {
    NODE_NAME: member.name,
    CLIENT_URL: `http://${member.api}`,
    DB_ADDRESS: member.db,
    ROOT: rootDir,
    BACKEND: join(rootDir, LAYOUT.dataDir),
    BACKEND_FROM_ROOT: LAYOUT.dataDir,
    DISK: join(rootDir, LAYOUT.disk),
    MANIFEST: `${homeDir}/${LAYOUT.manifest}`,
  };
}
