/** The file that starts a member: it looks like a static Pod's, so that a page edits it as it would on a control plane. */
import { stringify } from "yaml";

/** The text of the manifest of a process: each flag on a line of its own, indented by four spaces, as kubeadm writes it. */
export function podManifest(process: string, command: readonly string[]): string {
  const manifest = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: process },
    spec: { containers: [{ command, name: process }] },
  };
  return stringify(manifest, { indentSeq: false, lineWidth: 0 });
}
