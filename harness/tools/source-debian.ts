/** Programs unpacked from Debian's packages. Nothing is installed. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import { packagesOutOfReach, unpackPackages } from "./debian-packages.ts";
import { keep, readKept } from "./kept.ts";
import type { DebianPackages, ObtainOptions, ProgramFamily, ProgramSource, ToolMachine } from "./program.ts";
import type { Packaged } from "./stamp.ts";
import { layOut } from "./unpacked.ts";

export const debianSource: ProgramSource = {
  id: "debian",
  title: "unpacked from Debian's packages",
  because: "last, because it is downloaded, and its version is whatever the release has",
  async look(family, machine) {
    const programs = readKept(family, machine, folderName(family), "debian");
    if (programs !== undefined) return { kind: "ready", programs };
    const remedy = "use a Debian machine with apt-get, dpkg and a reachable mirror";
    const reason = packagesOutOfReach(machine);
    if (reason !== undefined) return { kind: "absent", reason, remedy };
    const { release, because, packages, libraries } = packagesOf(family);
    const what = [...packages, ...libraries].join(", ");
    return { kind: "obtainable", how: `download ${what} of Debian ${release} and unpack them (${because})` };
  },
  async obtain(family, machine, options) {
    return keep(family, machine, {
      name: folderName(family),
      source: "debian",
      signal: options.signal,
      fill: (folder) => unpack(family, machine, { folder, ...options }),
    });
  },
};

function packagesOf({ name, debian }: ProgramFamily): DebianPackages {
  if (debian === null) throw new DrillError("harness", "programs", `No package of Debian is known for ${name}.`);
  return debian;
}

function folderName(family: ProgramFamily): string {
  return `${family.name}-debian-${packagesOf(family).release}`;
}

async function unpack(
  family: ProgramFamily,
  machine: ToolMachine,
  { folder, progress, signal }: ObtainOptions & { folder: string },
): Promise<ReadonlyMap<string, Packaged>> {
  const { release, packages, libraries } = packagesOf(family);
  const wanted = [...packages, ...libraries];
  const apt = join(folder, "apt");
  progress(`downloading ${wanted.join(", ")} of Debian ${release}; nothing is installed`);
  const packaged = layOut(
    family,
    await unpackPackages(machine, { release, packages: wanted, folder: apt, signal }),
    folder,
  );
  rmSync(apt, { recursive: true, force: true });
  return packaged;
}
