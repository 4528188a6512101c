/** What this machine is, for the ledger's header. Not its business: how nodes are kept apart (substrate/). */
import { readFileSync } from "node:fs";
import { arch, availableParallelism, release, totalmem, type } from "node:os";
import type { EnvironmentRecord, ProgramRecord } from "../ledger/index.ts";
import type { ResolvedProgram } from "../tools/index.ts";
import type { Start } from "./messages.ts";
import { drillbookVersion } from "./version.ts";

/** The record of this machine, of the programs that were found, and of the image of the nodes. `isolated` says how nodes are kept apart from it. */
export function environmentRecord(
  { image, programs }: Start,
  isolated: Pick<EnvironmentRecord, "isolation" | "absentCapabilities">,
): EnvironmentRecord {
  return {
    drillbook: drillbookVersion(),
    node: process.versions.node,
    os: operatingSystem(),
    kernel: release(),
    arch: arch(),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    ...isolated,
    // Where they lie says nothing about what ran, and would put paths of one machine on record.
    programs: [...programsOnRecord(programs), ...(image === null ? [] : [image])],
  };
}

/** The programs, and each library that one of them runs with. */
function programsOnRecord(programs: readonly ResolvedProgram[]): readonly ProgramRecord[] {
  const records = programs.flatMap(({ name, version, source, sha256, libraries }) => [
    { name, version, source, sha256 },
    ...libraries.map((library) => ({ name: library.name, version: library.version, source, sha256: library.sha256 })),
  ]);
  return records.filter((record, at) => at === records.findIndex(({ name }) => name === record.name));
}

/** The distribution's own name for itself (os-release(5)), else the kernel's. */
function operatingSystem(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
    if (name !== undefined && name !== "") return name;
  } catch {
    // Not a Linux with such a file.
  }
  return type();
}
