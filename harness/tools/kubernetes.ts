/** The programs of Kubernetes' control plane, and kubectl: what they are called, built from, and how they say their version. */
import type { ProgramFamily } from "./program.ts";

/** Where its programs and its client library keep their version; the linker puts it there, as in Kubernetes' own build (hack/lib/version.sh). */
const VERSION_PACKAGES = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];

/**
 * kube-apiserver, kube-controller-manager, kube-scheduler and kubectl. The pinned version stands in fixtures/programs/kubernetes/go.mod,
 * with a replacement for each module that is published apart from it: that of an application names none that go without.
 */
export const KUBERNETES: ProgramFamily = {
  name: "kubernetes",
  programs: [
    ...["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map((name) => ({
      name,
      goPackage: `k8s.io/kubernetes/cmd/${name}`,
      versionArguments: ["--version"],
      versionPattern: /^Kubernetes v(\S+)$/m,
    })),
    {
      name: "kubectl",
      goPackage: "k8s.io/kubernetes/cmd/kubectl",
      versionArguments: ["version", "--client"],
      versionPattern: /^Client Version: v(\S+)$/m,
    },
  ],
  minimum: { version: "1.34", because: "only what is pinned here was tried" },
  // Debian has a client only, and what is on PATH of a machine is seldom more.
  places: ["cache"],
  isOptional: true,
  go: {
    module: "k8s.io/kubernetes",
    takes: "10 minutes on two processors that have nothing else to do",
    linkerFlags: versionFlags,
    // A go.mod of another version needs the replacements of that version.
    buildsUnpinned: false,
  },
  debian: null,
  imageName: null,
};

/** Without them the programs would say that they are of no version, and apiserver and client would not know each other's. */
function versionFlags(version: string): readonly string[] {
  const [major = "", minor = ""] = version.split(".");
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: "archive" };
  return VERSION_PACKAGES.flatMap((name) =>
    Object.entries(values).map(([variable, value]) => `-X=${name}.${variable}=${value}`),
  );
}
