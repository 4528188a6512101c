/**
 * The images of a host's containers, where there is no registry to have them from: each is made on the machine itself, of the programs that
 * it has, without a base. So a new machine has them at once, as one that pulls has them after a while.
 */
import { DrillError } from "../../core/index.ts";
import type { Node } from "../../substrate/index.ts";
import type { ServiceImages } from "./services.ts";

/** RKE's image of etcd, by the name that it has today, and by the one that it had before (rancher/kontainer-driver-metadata). */
export type EtcdRepository = "rancher/mirrored-coreos-etcd" | "rancher/coreos-etcd";

/** Named as RKE's are (rancher/kontainer-driver-metadata); the tag says that they are ours. */
export function imagesNamed(etcd: EtcdRepository): ServiceImages {
  return {
    etcd: `${etcd}:drillbook`,
    hyperkube: "rancher/hyperkube:drillbook",
    tools: "rancher/rke-tools:drillbook",
  };
}

/** Programs of the hyperkube image that are real. */
export const KUBERNETES_PROGRAMS: readonly string[] = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubectl",
];

/** What stands in for the others: it runs, does nothing, and stops when it is told to (docs/fidelity.md). */
const STAND_INS = ["kubelet", "kube-proxy"];

/** Making them took 3 s on two idle processors. */
const MAKE_WITHIN_MS = 120_000;

const makeBlock = (images: ServiceImages): string => `set -e
stage=$(mktemp -d)
mkdir -p "$stage"/{etcd,hyperkube,tools}/{bin,tmp,usr/local/bin} "$stage/tools/opt/rke-tools"
for image in etcd hyperkube tools; do
  ln -s /bin/bash-static "$stage/$image/bin/bash"
  ln -s /bin/busybox "$stage/$image/bin/busybox"
  ln -s /bin/busybox "$stage/$image/bin/sh"
done
of() { image=$1; shift; for name; do ln -s "$(command -v "$name")" "$stage/$image/usr/local/bin/$name"; done; }
of etcd etcd etcdctl etcdutl
of hyperkube ${KUBERNETES_PROGRAMS.join(" ")}
for name in ${STAND_INS.join(" ")}; do
  printf '#!/bin/bash\\ntrap "exit 0" TERM\\n/bin/busybox sleep 2147483647 &\\nwait\\n' >"$stage/hyperkube/usr/local/bin/$name"
  chmod +x "$stage/hyperkube/usr/local/bin/$name"
done
printf '#!/bin/bash\\nexec "$@"\\n' >"$stage/tools/opt/rke-tools/entrypoint.sh"
chmod +x "$stage/tools/opt/rke-tools/entrypoint.sh"
make() { tar --create --dereference --directory "$stage/$1" . | docker import --change "ENV PATH=/usr/local/bin:/bin" "\${@:3}" - "$2"; }
make etcd ${images.etcd}
make hyperkube ${images.hyperkube}
make tools ${images.tools} --change "VOLUME /opt/rke-tools"
rm -r "$stage"`;

/**
 * Makes them on a machine.
 * @throws DrillError `environment` with the last words of what failed.
 */
export async function makeImages(machine: Node, images: ServiceImages, signal: AbortSignal): Promise<void> {
  await runOn(machine, makeBlock(images), { signal, what: "make the images" });
}

/**
 * Runs a block of ours on a machine, before the drill begins or as a part of ordering a machine.
 * @throws DrillError `environment` when it fails.
 */
export async function runOn(
  machine: Node,
  block: string,
  { signal, what }: { readonly signal: AbortSignal; readonly what: string },
): Promise<void> {
  await using shell = await machine.openSession({});
  let said = "";
  const output = (chunk: Uint8Array): void => void (said += Buffer.from(chunk).toString("utf8"));
  const { exitCode, status } = await shell.run(block, { timeoutMs: MAKE_WITHIN_MS, signal, output });
  if (exitCode === 0) return;
  const last = said.trim().split("\n").slice(-3).join("; ");
  throw new DrillError("environment", "provision", `${machine.name}: could not ${what} (${status}): ${last}`);
}
